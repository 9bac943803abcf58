package account

import (
	"fmt"
	"strings"
	"testing"
)

func TestALetterDoesNotPrintItsLink(t *testing.T) {
	t.Parallel()
	l := Letter{Kind: LetterInvitation, To: "bo@norrsken.example", Link: "usher://invite/usher_i_secret"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		got := fmt.Sprintf(verb, l)
		if strings.Contains(got, "secret") || !strings.Contains(got, "invitation") {
			t.Errorf("%s: got %q, want the kind and no link", verb, got)
		}
	}
}
