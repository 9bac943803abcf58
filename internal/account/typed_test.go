package account

import (
	"os/exec"
	"testing"
)

func TestTypedIsWhatAShellReads(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a plain address", "bo+2@norrsken.example", "bo+2@norrsken.example"},
		{"letters of others", "zoe@bücher.example", "zoe@bücher.example"},
		{"nothing", "", "''"},
		{"a space", "my file", "'my file'"},
		{"an apostrophe", "o'brien@norrsken.example", `"o'brien@norrsken.example"`},
		{"an apostrophe and what is special in double quotes", "o'$brien@norrsken.example", `'o'\''$brien@norrsken.example'`},
		{"what an address may hold", "a!#$&*/=?^`{|}~@norrsken.example", "'a!#$&*/=?^`{|}~@norrsken.example'"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Typed(tt.text)
			if got != tt.want {
				t.Errorf("Typed(%q) = %s, want %s", tt.text, got, tt.want)
			}
			out, err := exec.Command("sh", "-c", "printf %s "+got).Output()
			if err != nil || string(out) != tt.text {
				t.Errorf("a shell reads %s as %q, want %q (%v)", got, out, tt.text, err)
			}
		})
	}
}

func TestAHintQuotesAddresses(t *testing.T) {
	err := Errorf(Conflict, "no").Hintf("usher user show %s", Email("o'brien@norrsken.example"))
	if want := `usher user show "o'brien@norrsken.example"`; err.Hint != want {
		t.Errorf("the hint is %s, want %s", err.Hint, want)
	}
}
