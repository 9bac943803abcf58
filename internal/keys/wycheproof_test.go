package keys

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// vectorLines returns the words of each line of a file of vectors.
func vectorLines(t *testing.T, name string, words int) [][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "wycheproof", name))
	if err != nil {
		t.Fatal(err)
	}
	var lines [][]string
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) != words {
			t.Fatalf("%s: a line has %d words, want %d", name, len(fields), words)
		}
		lines = append(lines, fields)
	}
	return lines
}

// unhexOrEmpty decodes a word; - is empty.
func unhexOrEmpty(t *testing.T, word string) []byte {
	t.Helper()
	if word == "-" {
		return []byte{}
	}
	return unhex(t, word)
}

// TestWycheproofXChaCha takes the two functions that all sealing goes through
// over the vectors: valid ones seal and open, the others do not open.
func TestWycheproofXChaCha(t *testing.T) {
	lines := vectorLines(t, "xchacha20_poly1305.txt", 8)
	if len(lines) != 306 {
		t.Errorf("got %d vectors, want 306", len(lines))
	}
	for _, l := range lines {
		key, nonce, aad := unhex(t, l[2]), unhex(t, l[3]), unhexOrEmpty(t, l[4])
		plaintext, sealed := unhexOrEmpty(t, l[5]), append(unhexOrEmpty(t, l[6]), unhexOrEmpty(t, l[7])...)
		opened, err := decrypt(key, nonce, sealed, aad)
		if l[1] == "invalid" {
			if !errors.Is(err, ErrSealed) {
				t.Errorf("vector %s: it opens, got error %v", l[0], err)
			}
			continue
		}
		if err != nil {
			t.Errorf("vector %s: got error %v", l[0], err)
			continue
		}
		sameBytes(t, "plaintext of "+l[0], opened, plaintext)
		sameBytes(t, "sealing of "+l[0], must[[]byte](t)(encrypt(nil, key, nonce, plaintext, aad)), sealed)
	}
}

// TestWycheproofHKDF takes the derivation of all keys over the vectors without
// salt, as it has none, and the library below it over the others. It refuses
// secrets that are shorter than any of usher's.
func TestWycheproofHKDF(t *testing.T) {
	lines := vectorLines(t, "hkdf_sha256.txt", 7)
	derived := 0
	for _, l := range lines {
		secret, salt, info := unhexOrEmpty(t, l[2]), unhexOrEmpty(t, l[3]), unhexOrEmpty(t, l[4])
		size := must[int](t)(strconv.Atoi(l[5]))
		got, err := hkdf.Key(sha256.New, secret, salt, string(info), size)
		if l[1] == "invalid" {
			if err == nil {
				t.Errorf("vector %s: %d bytes were derived", l[0], size)
			}
			continue
		}
		if err != nil {
			t.Errorf("vector %s: got error %v", l[0], err)
			continue
		}
		sameBytes(t, "output of "+l[0], got, unhex(t, l[6]))
		if len(salt) > 0 {
			continue
		}
		got, err = derive(secret, info, size)
		if short := len(secret) < minSecret; short != errors.Is(err, errNoSecret) {
			t.Errorf("vector %s with a secret of %d bytes: got error %v", l[0], len(secret), err)
		} else if !short {
			derived++
			sameBytes(t, "derive of "+l[0], got, unhex(t, l[6]))
		}
	}
	if len(lines) != 86 || derived < 10 {
		t.Errorf("%d vectors, of which usher's own derivation took %d", len(lines), derived)
	}
}
