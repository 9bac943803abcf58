package ldapdir

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service/ldapdir/ldaptest"
)

const (
	template          = ldaptest.Template
	directoryPassword = ldaptest.Password
)

// startDirectory starts a directory server, or skips the test where there is
// none.
func startDirectory(t *testing.T) *ldaptest.Server {
	t.Helper()
	s, err := ldaptest.Start(t.TempDir(), time.Now(), rand.Reader)
	if errors.Is(err, ldaptest.ErrNone) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func prepared(t *testing.T, text string) password.Plain {
	t.Helper()
	pw, err := password.Prepare([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return pw
}

func TestVerifyAsksARealDirectory(t *testing.T) {
	t.Parallel()
	s := startDirectory(t)
	starttls, ldaps := s.StartTLS, s.TLS
	rows := []struct {
		name      string
		directory Directory
		email     account.Email
		password  string
		right     bool
		code      string // of the error; "" for none
	}{
		{"the right password over STARTTLS", Directory{URL: starttls, BindDN: template, CAFile: s.CAFile}, "bo@norrsken.example", directoryPassword, true, ""},
		{"the right password over LDAPS", Directory{URL: ldaps, BindDN: template, CAFile: s.CAFile}, "bo@norrsken.example", directoryPassword, true, ""},
		{"a wrong password", Directory{URL: starttls, BindDN: template, CAFile: s.CAFile}, "bo@norrsken.example", "Krusbär växer vid åsen", false, ""},
		{"nobody of that name", Directory{URL: ldaps, BindDN: template, CAFile: s.CAFile}, "ulf@norrsken.example", directoryPassword, false, ""},
		{"an address with a plus sign", Directory{URL: ldaps, BindDN: template, CAFile: s.CAFile}, "eva+it@norrsken.example", directoryPassword, true, ""},
		{"a certificate that is not trusted, over STARTTLS", Directory{URL: starttls, BindDN: template}, "bo@norrsken.example", directoryPassword, false, "directory.tls"},
		{"a certificate that is not trusted, over LDAPS", Directory{URL: ldaps, BindDN: template}, "bo@norrsken.example", directoryPassword, false, "directory.tls"},
		{"a certificate for another name", Directory{URL: strings.Replace(ldaps, "localhost", "127.0.0.1", 1), BindDN: template, CAFile: s.CAFile}, "bo@norrsken.example", directoryPassword, false, "directory.tls"},
		{"TLS where it is not spoken", Directory{URL: strings.Replace(starttls, "ldap:", "ldaps:", 1), BindDN: template, CAFile: s.CAFile}, "bo@norrsken.example", directoryPassword, false, "directory.tls"},
		{"no place for the user", Directory{URL: ldaps, BindDN: "cn=usher,dc=norrsken,dc=example", CAFile: s.CAFile}, "bo@norrsken.example", directoryPassword, false, "directory.config"},
		{"certificates that are not there", Directory{URL: ldaps, BindDN: template, CAFile: s.CAFile + ".none"}, "bo@norrsken.example", directoryPassword, false, "directory.config"},
		{"nobody listens", Directory{URL: "ldap://localhost:1", BindDN: template, CAFile: s.CAFile}, "bo@norrsken.example", directoryPassword, false, "directory.unreachable"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			d := Directories{Named: map[string]Directory{"corp": row.directory}}
			right, err := d.Verify(t.Context(), "corp", row.email, prepared(t, row.password))
			if right != row.right || account.CodeOf(err) != row.code {
				t.Errorf("got %v, %q (%v); want %v, %q", right, account.CodeOf(err), err, row.right, row.code)
			}
			if err != nil && strings.Contains(err.Error(), row.password) {
				t.Errorf("the error tells the password: %v", err)
			}
		})
	}
}

func TestVerifyOfAnUnknownDirectory(t *testing.T) {
	t.Parallel()
	_, err := Directories{}.Verify(t.Context(), "corp", "bo@norrsken.example", prepared(t, directoryPassword))
	if account.CodeOf(err) != "directory.config" {
		t.Errorf("got %v, want directory.config", err)
	}
}

func TestVerifyEndsWithADirectoryThatHangs(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, scheme string }{{"before STARTTLS", "ldap"}, {"before TLS", "ldaps"}}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close() // connections wait to be accepted, for ever
			d := Directories{Timeout: 100 * time.Millisecond, Named: map[string]Directory{
				"corp": {URL: fmt.Sprintf("%s://%s", row.scheme, l.Addr()), BindDN: template},
			}}
			started := time.Now()
			right, err := d.Verify(context.Background(), "corp", "bo@norrsken.example", prepared(t, directoryPassword))
			if right || account.CodeOf(err) != "directory.tls" {
				t.Errorf("got %v, %v; want directory.tls", right, err)
			}
			if took := time.Since(started); took > 3*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestBindNameEscapesInDistinguishedNamesOnly(t *testing.T) {
	t.Parallel()
	rows := []struct {
		template string
		email    account.Email
		want     string
	}{
		{"uid={local},dc=x", "bo@norrsken.example", "uid=bo,dc=x"},
		{"mail={email},dc=x", "bo@norrsken.example", "mail=bo@norrsken.example,dc=x"},
		{"uid={local},dc=x", "eva+it@norrsken.example", `uid=eva\+it,dc=x`},
		{"uid={local},dc=x", "#eva@norrsken.example", `uid=\#eva,dc=x`},
		{"{email}", "eva+it@norrsken.example", "eva+it@norrsken.example"},
		{`CORP\{local}`, "eva+it@norrsken.example", `CORP\eva+it`},
	}
	for _, row := range rows {
		if got, err := bindName(row.template, row.email); got != row.want || err != nil {
			t.Errorf("%s for %s: got %q, %v; want %q", row.template, row.email, got, err, row.want)
		}
	}
}

// FuzzBindNameStaysOneEntry holds that no address reaches another entry.
func FuzzBindNameStaysOneEntry(f *testing.F) {
	for _, seed := range []string{"bo@norrsken.example", "a+b@x.example", "#x@y.example", "a=b@x.example", "å@x.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		email, err := account.ParseEmail(text)
		if err != nil {
			t.Skip()
		}
		name, err := bindName(template, email)
		if err != nil {
			t.Fatal(err)
		}
		dn, err := ldap.ParseDN(name)
		if err != nil {
			t.Fatalf("%q gives %q, which is no name: %v", text, name, err)
		}
		if len(dn.RDNs) != 4 || len(dn.RDNs[0].Attributes) != 1 || dn.RDNs[0].Attributes[0].Value != email.Local() {
			t.Errorf("%q gives %q: %d parts, first %+v", text, name, len(dn.RDNs), dn.RDNs[0].Attributes)
		}
	})
}
