package account

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestUserIDCarriesItsTimeAndVersion(t *testing.T) {
	t.Parallel()
	// The example of RFC 9562, appendix A.6.
	now := time.UnixMilli(0x017F22E279B0)
	random := bytes.NewReader([]byte{0xfc, 0xc3, 0xd8, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f})
	id, err := NewUserID(now, random)
	if want := "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"; err != nil || id.String() != want {
		t.Errorf("got %s, %v; want %s", id, err, want)
	}
	if back, ok := ParseUserID(id.String()); !ok || back != id {
		t.Errorf("read back: got %s, %v", back, ok)
	}
	if _, err := NewUserID(now, random); err == nil {
		t.Error("without randomness: got an id")
	}
}

func TestEveryByteOfAnIDIsWrittenAsHexadecimalDigits(t *testing.T) {
	t.Parallel()
	for value := range 256 {
		for at := range len(UserID{}) {
			id := UserID(bytes.Repeat([]byte{0xa5}, len(UserID{})))
			id[at] = byte(value)
			want := fmt.Sprintf("-%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
			if got := id.Append([]byte("-")); string(got) != want {
				t.Fatalf("got %s, want %s", got, want)
			}
		}
	}
}

func TestParseUserIDTakesTheCanonicalFormOnly(t *testing.T) {
	t.Parallel()
	const good = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"
	if _, ok := ParseUserID(strings.ToUpper(good)); !ok {
		t.Error("capital letters are not taken")
	}
	for _, text := range []string{
		"", good[:35], good + "0", strings.ReplaceAll(good, "-", ""), "{" + good[:34] + "}",
		"017f22e2079b0-7cc3-98c4-dc0c0c07398", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
	} {
		if id, ok := ParseUserID(text); ok {
			t.Errorf("%q is taken for %s", text, id)
		}
	}
}
