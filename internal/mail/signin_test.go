package mail

import (
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/mail/mailtest"
)

func TestSignInTakesTheBestWayTheServerOffers(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name  string
		rules mailtest.Rules
		way   string
	}{
		{"only LOGIN", mailtest.Rules{Ways: []string{"LOGIN"}}, "LOGIN"},
		{"PLAIN rather than LOGIN", mailtest.Rules{Ways: []string{"LOGIN", "PLAIN"}}, "PLAIN"},
		{"CRAM-MD5, which does not send the password", mailtest.Rules{Ways: []string{"LOGIN", "PLAIN", "CRAM-MD5"}}, "CRAM-MD5"},
		{"CRAM-MD5 without TLS", mailtest.Rules{Plain: true, Ways: []string{"PLAIN", "CRAM-MD5"}}, "CRAM-MD5"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.rules.Username, row.rules.Password = "usher", "s3cret"
			server, c := startServer(t, row.rules)
			signIn("usher", "s3cret")(&c)
			if row.rules.Plain {
				c.Security = None
			}
			if err := deliverOne(t, c, sample(account.LetterTest, account.LocaleEnglish)); err != nil {
				t.Fatalf("got error %v, want it sent", err)
			}
			if m := server.Mails()[0]; m.User != "usher" || m.Way != row.way {
				t.Errorf("signed in as %q by %s, want usher by %s", m.User, m.Way, row.way)
			}
			signIn("usher", "wrong")(&c)
			if err := deliverOne(t, c, sample(account.LetterTest, account.LocaleEnglish)); account.CodeOf(err) != "mail.login" {
				t.Errorf("with a wrong password: got %v, want mail.login", err)
			}
		})
	}
}

func TestAWayToSignInIsChosenOrSaidToBeMissing(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name      string
		offer     string
		protected bool
		way       string
		says      string
	}{
		{"whatever the case", "plain", true, "PLAIN", ""},
		{"none", "", true, "", "no AUTH"},
		{"one that usher does not know", "GSSAPI XOAUTH2", true, "", "it offers GSSAPI, XOAUTH2, usher knows CRAM-MD5, PLAIN, LOGIN"},
		{"a password that would go unprotected", "PLAIN LOGIN", false, "", "under TLS only"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			way, err := chooseWay(row.offer, row.protected)
			if way != row.way || (err == nil) != (row.says == "") || err != nil && !strings.Contains(err.Error(), row.says) {
				t.Errorf("got %q, %v; want %q with %q", way, err, row.way, row.says)
			}
		})
	}
}
