package account

import "testing"

func TestAnIdentifierIsAnAddressOrAnID(t *testing.T) {
	for text, want := range map[string]string{
		"Anna@Norrsken.Example":                "anna@norrsken.example",
		"0193a2b4-7c11-7def-8abc-0123456789ab": "0193a2b4-7c11-7def-8abc-0123456789ab",
		"0193A2B4-7C11-7DEF-8ABC-0123456789AB": "0193a2b4-7c11-7def-8abc-0123456789ab",
		"0193a2b4-7c11-7def-8abc-0123456789ag": "", // no hexadecimal digit
		"anna":                                 "",
		"":                                     "",
	} {
		got, err := ParseIdentifier(text)
		if (err != nil) != (want == "") || got.String() != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
}
