package account

import (
	"strings"
	"testing"
)

func TestSecretDetailsAreKeptClean(t *testing.T) {
	for _, row := range []struct {
		name string
		in   SecretDetails
		want SecretDetails
		code string
	}{
		{"all fields", SecretDetails{" Firewall ", "root", "https://10.0.0.1", "rack 4\r\nsecond shelf"}, SecretDetails{"Firewall", "root", "https://10.0.0.1", "rack 4\nsecond shelf"}, ""},
		{"a name alone", SecretDetails{Name: "Wi-Fi"}, SecretDetails{Name: "Wi-Fi"}, ""},
		{"letters are composed", SecretDetails{Name: "A\u030angstro\u0308m"}, SecretDetails{Name: "\u00c5ngstr\u00f6m"}, ""},
		{"no name", SecretDetails{Username: "root"}, SecretDetails{}, "text.invalid"},
		{"a name that reads like an id", SecretDetails{Name: "0193b0a4-0000-7000-8000-000000000001"}, SecretDetails{}, "text.invalid"},
		{"a name that turns the writing round", SecretDetails{Name: "a\u202eb"}, SecretDetails{}, "text.invalid"},
		{"a user name of two lines", SecretDetails{Name: "a", Username: "b\nc"}, SecretDetails{}, "text.invalid"},
		{"a user name that is too long", SecretDetails{Name: "a", Username: strings.Repeat("x", MaxName+1)}, SecretDetails{}, "text.too_long"},
		{"an address that is too long", SecretDetails{Name: "a", URL: strings.Repeat("x", maxURL+1)}, SecretDetails{}, "text.too_long"},
		{"notes that are too long", SecretDetails{Name: "a", Notes: strings.Repeat("x", MaxNotes+1)}, SecretDetails{}, "text.too_long"},
	} {
		got, err := row.in.Clean()
		if CodeOf(err) != row.code || err == nil && got != row.want {
			t.Errorf("%s: got %+v, %v; want %+v, %q", row.name, got, err, row.want, row.code)
		}
	}
}

func TestSecretNamesThatDifferByCaseAreOne(t *testing.T) {
	if a, b := (SecretDetails{Name: "\u00c5SA Router"}).Key(), (SecretDetails{Name: "\u00e5sa router"}).Key(); a != b {
		t.Errorf("got keys %q and %q, want one", a, b)
	}
}
