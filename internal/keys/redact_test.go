package keys

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// holder is how secrets are met in the wild: in fields, pointers, slices, maps.
type holder struct {
	Name  string
	Value any
}

// secretText is what every secret has to say for itself.
type secretText interface {
	fmt.Stringer
	fmt.GoStringer
	fmt.Formatter
	json.Marshaler
	encoding.TextMarshaler
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	k, s, v, tok := orgKeyFixture(), systemKeyFixture(), vaultKeyFixture(), tokenFixture()
	p := must[StoredPassword](t)(NewStoredPassword(storedFixture))
	rows := []struct {
		name   string
		secret secretText
		raw    []byte
		want   string
	}{
		{"an organisation key", k, k[:], "[organisation key]"},
		{"a pointer to an organisation key", &k, k[:], "[organisation key]"},
		{"a system key", s, s[:], "[system key]"},
		{"a pointer to a system key", &s, s[:], "[system key]"},
		{"a vault key", v, v[:], "[vault key]"},
		{"a pointer to a vault key", &v, v[:], "[vault key]"},
		{"a token", tok, tok[:], "[token]"},
		{"a pointer to a token", &tok, tok[:], "[token]"},
		{"a stored password", p, []byte(storedFixture), "[stored password]"},
		{"a pointer to a stored password", &p, []byte(storedFixture), "[stored password]"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			for how, text := range printed(t, row.secret) {
				if !strings.Contains(text, row.want) {
					t.Errorf("%s: got %q, want %q in it", how, text, row.want)
				}
				if form, found := leak(text, row.raw); found {
					t.Errorf("%s: got %q, which has the secret as %s", how, text, form)
				}
			}
		})
	}
}

// printed returns the secret in every way that prints it, alone and in the
// things that hold one.
func printed(t *testing.T, secret secretText) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "% x", "%#x", "%q", "%d", "%o", "%b", "%c", "%U", "%t", "%e", "%y", "%10.3v"} {
		texts[verb] = fmt.Sprintf(verb, secret)
		texts[verb+" in a struct"] = fmt.Sprintf(verb, holder{"a", secret})
		texts[verb+" in a slice"] = fmt.Sprintf(verb, []any{secret})
		texts[verb+" in a map"] = fmt.Sprintf(verb, map[string]any{"a": secret})
	}
	texts["Sprint"] = fmt.Sprint(secret)
	texts["String"] = secret.String()
	texts["GoString"] = secret.GoString()
	texts["JSON"] = string(must[[]byte](t)(json.Marshal(secret)))
	texts["JSON in a struct"] = string(must[[]byte](t)(json.Marshal(holder{"a", secret})))
	texts["XML"] = string(must[[]byte](t)(xml.Marshal(secret)))
	var lines bytes.Buffer
	slog.New(slog.NewJSONHandler(&lines, nil)).Info("a", "secret", secret)
	texts["slog JSON"] = lines.String()
	lines.Reset()
	slog.New(slog.NewTextHandler(&lines, nil)).Info("a", "secret", secret)
	texts["slog text"] = lines.String()
	return texts
}

// leak says in which form the first bytes of a secret stand in text. Eight
// bytes are more than chance.
func leak(text string, raw []byte) (form string, found bool) {
	part := raw[:8]
	decimal := strings.Trim(fmt.Sprintf("%d", part), "[]")
	forms := map[string]string{
		"bytes":       string(part),
		"hexadecimal": hex.EncodeToString(part),
		"spaced hex":  fmt.Sprintf("% x", part),
		"decimal":     decimal,
		"commas":      strings.ReplaceAll(decimal, " ", ","),
		"Go syntax":   strings.Trim(fmt.Sprintf("%#v", part), "[]byte{}"),
		"base64":      base64.StdEncoding.EncodeToString(raw)[:8],
		"base64url":   base64.RawURLEncoding.EncodeToString(raw)[:8],
	}
	for form, secret := range forms {
		if strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
			return form, true
		}
	}
	return "", false
}

func TestLeakFindsWhatItLooksFor(t *testing.T) {
	raw := run(1, 20)
	for _, text := range []string{
		fmt.Sprintf("%v", raw), fmt.Sprintf("%x", raw), fmt.Sprintf("%X", raw), fmt.Sprintf("% x", raw),
		fmt.Sprintf("%#v", raw), string(raw), string(must[[]byte](t)(json.Marshal([20]byte(raw)))),
	} {
		if _, found := leak(text, raw); !found {
			t.Errorf("leak(%q): got nothing, want the secret found", text)
		}
	}
}
