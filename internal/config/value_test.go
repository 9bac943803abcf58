package config

import (
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestValues(t *testing.T) {
	tests := []struct {
		name, key, value string
		fine             bool
	}{
		{"a choice", "output", "jsonl", true},
		{"a choice with a capital", "output", "JSON", false},
		{"no choice", "output", "", false},
		{"another choice", "color", "yes", false},
		{"no language", "lang", "", true},
		{"a language we lack", "lang", "de", false},
		{"a way to protect mail we lack", "smtp.security", "ssl", false},
		{"a duration", "wait", "1m30s", true},
		{"no waiting", "wait", "0", true},
		{"a duration without a unit", "wait", "5", false},
		{"a duration before now", "wait", "-1s", false},
		{"no duration", "wait", "", false},
		{"the lowest port", "smtp.port", "1", true},
		{"the highest port", "smtp.port", "65535", true},
		{"no port", "smtp.port", "0", false},
		{"a port too high", "smtp.port", "65536", false},
		{"a port that is no number", "smtp.port", "smtp", false},
		{"a port with a sign", "smtp.port", "+25", false},
		{"a port in another notation", "smtp.port", "0x19", false},
		{"a host", "smtp.host", "mail.example.org", true},
		{"an address of version 6", "smtp.host", "::1", true},
		{"a host with a port", "smtp.host", "mail.example.org:25", false},
		{"a host with a scheme", "smtp.host", "smtp://mail.example.org", false},
		{"a host with a line break", "smtp.host", "mail\nexample", false},
		{"a sender", "smtp.from", "usher@example.org", true},
		{"a sender with a name", "smtp.from", "Usher <usher@example.org>", true},
		{"a sender that adds a header", "smtp.from", "usher@example.org\r\nBcc: x@example.org", false},
		{"a sender without a domain", "smtp.from", "usher", false},
		{"a web address", "links.base_url", "https://usher.example.org/a", true},
		{"a web address with a port", "links.base_url", "http://localhost:8080/", true},
		{"no web address", "links.base_url", "", true},
		{"a web address without a host", "links.base_url", "https:///a", false},
		{"a web address without a scheme", "links.base_url", "usher.example.org", false},
		{"a script", "links.base_url", "javascript://x/%0aalert(1)", false},
		{"a web address with a query", "links.base_url", "https://x/?a=b", false},
		{"a web address with an empty query", "links.base_url", "https://x/?", false},
		{"a web address with a fragment", "links.base_url", "https://x/#", false},
		{"a web address with a blank", "links.base_url", "https://x/a b", false},
		{"a directory", "directories.corp.url", "ldaps://dc1.example.org:636/DC=example", true},
		{"a directory by http", "directories.corp.url", "http://dc1.example.org", false},
		{"no directory", "directories.corp.url", "", false},
		{"help of two lines", "directories.corp.help", "Call 4711.\nOr write.", true},
		{"help that steers a terminal", "directories.corp.help", "\x1b[2J", false},
		{"a path", "db", "/srv/usher.db", true},
		{"no path", "db", "", false},
		{"the path of a folder", "db", "/srv/usher/", false},
		{"a path with a zero byte", "db", "/srv\x00", false},
		{"a path that is no UTF-8", "smtp.password_file", "/srv/\xff", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			err := setting{test.key, test.value, Source{FromEnvironment, "USHER_X", 0}}.check()
			if (err == nil) != test.fine {
				t.Errorf("got %v for %s = %q; want fine = %v", err, test.key, test.value, test.fine)
			}
			if err != nil && account.CodeOf(err) != "config.invalid" {
				t.Errorf("got code %q; want config.invalid", account.CodeOf(err))
			}
		})
	}
}

func TestWrongValueIsNamedWithItsSource(t *testing.T) {
	tests := []struct {
		name    string
		w       world
		kind    account.Kind
		code    string
		message string // FILE stands for the file's path
	}{
		{"in a file", world{user: "lang: en\nsmtp:\n  port: 70000\n"}, account.Invalid, "config.invalid",
			`FILE:3: smtp.port is "70000"; it takes a whole number from 1 to 65535`},
		{"in a file, though a flag overrides it", world{user: "output: xml", flags: map[string]string{"output": "csv"}}, account.Invalid, "config.invalid",
			`FILE:1: output is "xml"; it takes table, json, jsonl or csv`},
		{"in a variable", world{env: map[string]string{"USHER_LANG": "de"}}, account.Invalid, "config.invalid",
			`environment USHER_LANG: lang is "de"; it takes en, fr, sv or nothing`},
		{"in a flag", world{flags: map[string]string{"wait": "soon"}}, account.Usage, "usage.value",
			`flag --wait: wait is "soon"; it takes a duration such as 5s or 1m30s`},
		{"a password in a web address", world{user: "links:\n  base_url: https://usher:hunter2@example.org"}, account.Invalid, "config.secret",
			`FILE:2: links.base_url carries a user name or a password`},
		{"a password with a slash in it", world{user: "directories: {a: {url: 'ldap://usher:hunter2/@example.org'}}"}, account.Invalid, "config.secret",
			`FILE:1: directories.a.url carries a user name or a password`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := test.w.load(t)
			wantError(t, err, test.kind, test.code, strings.ReplaceAll(test.message, "FILE", test.w.input.UserFile))
		})
	}
}
