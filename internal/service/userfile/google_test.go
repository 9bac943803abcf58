package userfile

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPasswordsOfGoogleWorkspace(t *testing.T) {
	const sha1OfAbc = "a9993e364706816aba3e25717850c26c9cd0d89d" // FIPS 180, "abc"
	tests := []struct {
		name     string
		password string
		function string
		want     string
		faults   int
		warnings int
	}{
		{"a SHA-1 hash is what directories call {SHA}", sha1OfAbc, "SHA-1", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", 0, 0},
		{"digits in capitals and another spelling", strings.ToUpper(sha1OfAbc), "sha1", "{SHA}qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", 0, 0},
		{"a crypt string is taken as it is", "$6$salt$hash", "CRYPT", "$6$salt$hash", 0, 0},
		{"an MD5 hash is left out", "900150983cd24fb0d6963f7d28e17f72", "MD5", "", 0, 1},
		{"a password in clear text is left out", "Sommar2026!", "", "", 0, 1},
		{"asterisks are no password", "****", "", "", 0, 0},
		{"asterisks are no hash", "****", "SHA-1", "", 0, 0},
		{"no password", "", "", "", 0, 0},
		{"no password, but a function", "", "SHA-1", "", 0, 0},
		{"a short SHA-1 hash", "a9993e36", "SHA-1", "", 1, 0},
		{"a SHA-1 hash that is no number", "Sommar2026!", "SHA-1", "", 1, 0},
		{"an unknown function", "Sommar2026!", "SCRYPT", "", 1, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			data := "Email Address [Required],Password [Required],Password Hash Function [UPLOAD ONLY],First Name [Required]\na@b," +
				test.password + "," + test.function + ",Åsa\n"
			r, rows := readAll(t, []byte(data), Options{})
			if len(rows) != 1 || rows[0].PasswordHash != test.want || len(rows[0].Faults) != test.faults || len(r.Warnings()) != test.warnings {
				t.Errorf("got hash %q, faults %v, warnings %q", rows[0].PasswordHash, rows[0].Faults, r.Warnings())
			}
			refuseSecret(t, r, rows, "Sommar")
		})
	}
}

// refuseSecret fails when what a file gave holds a password.
func refuseSecret(t *testing.T, r *Reader, rows []Row, secret string) {
	t.Helper()
	type open Row // without Format
	for _, row := range rows {
		if got := fmt.Sprintf("%+v", open(row)); strings.Contains(got, secret) {
			t.Errorf("a row holds the password: %s", got)
		}
	}
	if got := fmt.Sprint(r.Warnings()); strings.Contains(got, secret) {
		t.Errorf("a warning holds the password: %s", got)
	}
	if rows, ok := r.rows.(*csvRows); ok && strings.Contains(string(rows.text), secret) {
		t.Errorf("the buffer still holds the password: %q", rows.text)
	}
}

func TestNoPasswordInClearTextIsGivenOut(t *testing.T) {
	for name, data := range map[string]string{
		"Entra":      "Name [displayName] Required,User name [userPrincipalName] Required,Initial password [passwordProfile] Required\nÅsa,a@b,Sommar2026!\n",
		"PowerShell": "UserPrincipalName,Password,DisplayName\na@b,Sommar2026!,Åsa\n",
		"JSON":       `{"email":"a@b","password":"Sommar2026!"}` + "\n",
		"broken":     "Email Address [Required],Password [Required],First Name [Required]\na@b,Sommar2026!,Å\"sa,x\n",
		"illegible":  "Email Address [Required],Password [Required],First Name [Required]\nå@å,Sommar2026!\xff,Åsa\n",
	} {
		t.Run(name, func(t *testing.T) {
			r, rows := readAll(t, []byte(data), Options{})
			want := []string{"1 row with a password in clear text; it was left out, so this user needs a link"}
			if diff := cmp.Diff(want, r.Warnings()); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			refuseSecret(t, r, rows, "Sommar")
		})
	}
}

func TestWhoMayNotSignInIsSuspended(t *testing.T) {
	tests := []struct {
		header, value string
		status        string
		faults        int
	}{
		{"Block credential", "True", "suspended", 0},
		{"Block credential", "FALSE", "", 0},
		{"Block credential", "VRAI", "suspended", 0},
		{"Block credential", "Falskt", "", 0},
		{"Block credential", "", "", 0},
		{"Block credential", "perhaps", "", 1},
		{"accountEnabled", "True", "", 0},
		{"accountEnabled", "false", "suspended", 0},
		{"accountEnabled", "", "", 0},
		{"Block sign in (Yes/No) [accountEnabled] Required", "Yes", "suspended", 0},
		{"Block sign in (Yes/No) [accountEnabled] Required", "No", "", 0},
		{"Account enabled [accountEnabled]", "No", "suspended", 0},
	}
	for _, test := range tests {
		t.Run(test.header+" is "+test.value, func(t *testing.T) {
			data := "userPrincipalName," + test.header + "\na@b," + test.value + "\n"
			_, rows := readAll(t, []byte(data), Options{})
			if len(rows) != 1 || rows[0].Status != test.status || len(rows[0].Faults) != test.faults {
				t.Errorf("got status %q, faults %v; want %q and %d", rows[0].Status, rows[0].Faults, test.status, test.faults)
			}
		})
	}
}
