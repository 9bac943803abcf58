package config

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// healthy returns a configuration without a finding, and its folder.
func healthy(t *testing.T) (Config, string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "pw"), "hunter2\n", 0o600)
	write(t, filepath.Join(folder, "ca.pem"), certificate(t), 0o644)
	return Config{
		DB: filepath.Join(folder, "usher.db"),
		SMTP: SMTP{Host: "mail.example.org", Port: 587, Security: "starttls", Username: "usher",
			PasswordFile: filepath.Join(folder, "pw"), From: "usher@example.org"},
		Links:       Links{BaseURL: "https://usher.example.org"},
		Directories: map[string]Directory{"corp": {URL: "ldaps://dc1.example.org", BindDN: "{email}", CAFile: filepath.Join(folder, "ca.pem")}},
	}, folder
}

func certificate(t *testing.T) string {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{SerialNumber: big.NewInt(1)}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, public, private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestCheckFindsWhatWillNotWork(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, c *Config, folder string)
		want  []string // key: message, FOLDER stands for the folder
	}{
		{"nothing is wrong", func(*testing.T, *Config, string) {}, nil},
		{"the defaults need no mail", func(_ *testing.T, c *Config, _ string) { *c = Config{DB: c.DB} }, nil},
		{"no database path", func(_ *testing.T, c *Config, _ string) { c.DB = "" },
			[]string{"db: there is no path of a database, and no home to derive it from"}},
		{"the folder of the database is missing", func(_ *testing.T, c *Config, folder string) { c.DB = folder + "/a/usher.db" },
			[]string{"db: cannot look at the folder FOLDER/a: no such file or directory"}},
		{"the folder of the database is a file", func(_ *testing.T, c *Config, folder string) { c.DB = folder + "/pw/usher.db" },
			[]string{"db: FOLDER/pw is not a folder"}},
		{"the folder of the database is open", func(t *testing.T, _ *Config, folder string) { chmod(t, folder, 0o750) },
			[]string{"db: the folder FOLDER is open to others (rwxr-x---)"}},
		{"the database is open", func(t *testing.T, c *Config, _ string) { write(t, c.DB, "x", 0o644) },
			[]string{"db: the database FOLDER/usher.db is open to others (rw-r--r--)"}},
		{"the database is a folder", func(_ *testing.T, c *Config, folder string) {
			c.DB = filepath.Dir(folder) + "/" + filepath.Base(folder) + "/d"
			_ = os.Mkdir(c.DB, 0o700)
		},
			[]string{"db: FOLDER/d is not a file"}},
		{"mail without a host", func(_ *testing.T, c *Config, _ string) { c.SMTP.Host = "" },
			[]string{"smtp.host: no host is set, so no mail is sent"}},
		{"mail without a sender", func(_ *testing.T, c *Config, _ string) { c.SMTP.From = "" },
			[]string{"smtp.from: no sender is set"}},
		{"mail that others can read", func(_ *testing.T, c *Config, _ string) { c.SMTP.Security = "none" },
			[]string{"smtp.security: links and temporary passwords go to mail.example.org readable on the way"}},
		{"unprotected mail that stays on this machine", func(_ *testing.T, c *Config, _ string) {
			c.SMTP.Security, c.SMTP.Host = "none", "127.0.0.1"
		}, nil},
		{"a user name without a password", func(_ *testing.T, c *Config, _ string) { c.SMTP.PasswordFile = "" },
			[]string{"smtp.password_file: there is a user name but no password"}},
		{"a password without a user name", func(_ *testing.T, c *Config, _ string) { c.SMTP.Username = "" },
			[]string{"smtp.username: there is a password but no user name, so usher does not sign in"}},
		{"a mail server that asks for no password", func(_ *testing.T, c *Config, _ string) { c.SMTP.Username, c.SMTP.PasswordFile = "", "" }, nil},
		{"the password file is missing", func(_ *testing.T, c *Config, folder string) { c.SMTP.PasswordFile = folder + "/none" },
			[]string{"smtp.password_file: cannot read FOLDER/none: no such file or directory"}},
		{"the password file is open", func(t *testing.T, _ *Config, folder string) { chmod(t, folder+"/pw", 0o640) },
			[]string{"smtp.password_file: FOLDER/pw is open to others (rw-r-----)"}},
		{"the password file is read-only", func(t *testing.T, _ *Config, folder string) { chmod(t, folder+"/pw", 0o400) }, nil},
		{"the password file is empty", func(t *testing.T, _ *Config, folder string) { write(t, folder+"/pw", "", 0o600) },
			[]string{"smtp.password_file: FOLDER/pw is empty"}},
		{"the password file is a folder", func(_ *testing.T, c *Config, folder string) { c.SMTP.PasswordFile = folder },
			[]string{"smtp.password_file: cannot read FOLDER: it is not a file"}},
		{"links over http", func(_ *testing.T, c *Config, _ string) { c.Links.BaseURL = "http://usher.example.org" },
			[]string{"links.base_url: whoever sees links on their way over http can use them"}},
		{"links over http on this machine", func(_ *testing.T, c *Config, _ string) { c.Links.BaseURL = "http://[::1]:8080" }, nil},
		{"a directory without a url", func(_ *testing.T, c *Config, _ string) {
			c.Directories["corp"] = Directory{BindDN: "uid={local},dc=x", Help: "call"}
		},
			[]string{"directories.corp.url: no url says where the directory is"}},
		{"a directory that does not say who signs in", func(_ *testing.T, c *Config, _ string) {
			c.Directories["corp"] = Directory{URL: "ldap://dc1.example.org", BindDN: "cn=usher,dc=x"}
		}, []string{"directories.corp.bind_dn: the name to sign in as has no place for the user"}},
		{"certificates that are missing", func(t *testing.T, _ *Config, folder string) { _ = os.Remove(folder + "/ca.pem") },
			[]string{"directories.corp.ca_file: cannot read FOLDER/ca.pem: no such file or directory"}},
		{"certificates that are none", func(t *testing.T, _ *Config, folder string) { write(t, folder+"/ca.pem", "hello", 0o644) },
			[]string{"directories.corp.ca_file: FOLDER/ca.pem holds no certificates in PEM"}},
		{"a damaged certificate after a good one", func(t *testing.T, _ *Config, folder string) {
			write(t, folder+"/ca.pem", certificate(t)+"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", 0o644)
		}, []string{"directories.corp.ca_file: FOLDER/ca.pem holds no certificates in PEM"}},
		{"several certificates with words between", func(t *testing.T, _ *Config, folder string) {
			write(t, folder+"/ca.pem", "# first\n"+certificate(t)+"# second\n"+certificate(t)+"# end\n", 0o644)
		}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, folder := healthy(t)
			test.spoil(t, &c, folder)
			var got []string
			for _, finding := range Check(c) {
				got = append(got, strings.ReplaceAll(finding.Key+": "+finding.Message, folder, "FOLDER"))
			}
			if strings.Join(got, "\n") != strings.Join(test.want, "\n") {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
