package password

import (
	"errors"
	"fmt"
	"io"
)

// The characters of a temporary password: none that looks like another (0 O,
// 1 l I), none that a shell or a mail client takes for its own.
const (
	alphabet      = "abcdefghjkmnpqrstuvwxyz23456789"
	digitChars    = "23456789"
	lowerChars    = "abcdefghjkmnpqrstuvwxyz"
	upperChars    = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	specialChars  = "%+=:@."
	freeChars     = 20 // at almost 5 bits each, 99 bits
	groupSize     = 5
	generateTries = 100
)

// Generate returns a temporary password of four groups of five characters,
// joined by hyphens: 99 bits from random, and strong under the default policy.
func Generate(random io.Reader) (string, error) { return GenerateFor(random, Policy{}) }

// GenerateFor returns a temporary password that also has the length and the
// characters p asks for. What p asks for beyond the four groups is added after
// them, so the 99 bits are always whole.
func GenerateFor(random io.Reader, p Policy) (string, error) {
	if err := p.Validate(); err != nil {
		return "", err
	}
	// A draw that happens to be weak is as rare as a guess that hits.
	for range generateTries {
		b := builder{random: random}
		b.add(alphabet, freeChars)
		b.fill(p)
		if b.err != nil {
			return "", fmt.Errorf("read randomness for a password: %w", b.err)
		}
		pw, err := Prepare(b.text)
		if err == nil && len(p.Check(pw, Context{})) == 0 {
			return string(b.text), nil
		}
	}
	return "", errors.New("no strong password came of the randomness given")
}

// builder strings characters together, a hyphen after each group. Its first
// error stays, and stops it.
type builder struct {
	random io.Reader
	text   []byte
	drawn  int // characters, without the hyphens
	err    error
}

// fill adds what is missing of the kinds p asks for, then of the length.
func (b *builder) fill(p Policy) {
	b.add(specialChars, p.MinSpecial-countKinds(string(b.text)).special)
	has := countKinds(string(b.text))
	b.add(digitChars, p.MinDigits-has.digits)
	b.add(lowerChars, p.MinLower-has.lower)
	b.add(upperChars, p.MinUpper-has.upper)
	for len(b.text) < p.minLength() && b.err == nil {
		// No hyphen here: the last character must not make it one too long.
		b.text = append(b.text, b.draw(alphabet))
	}
}

// add adds n characters of chars.
func (b *builder) add(chars string, n int) {
	for i := 0; i < n && b.err == nil; i++ {
		if b.drawn > 0 && b.drawn%groupSize == 0 {
			b.text = append(b.text, '-')
		}
		b.text = append(b.text, b.draw(chars))
		b.drawn++
	}
}

// draw returns one of chars, each as likely as any other: bytes beyond the last
// whole multiple are thrown away.
func (b *builder) draw(chars string) byte {
	var one [1]byte
	whole := 256 - 256%len(chars)
	for b.err == nil {
		if _, b.err = io.ReadFull(b.random, one[:]); b.err == nil && int(one[0]) < whole {
			return chars[int(one[0])%len(chars)]
		}
	}
	return 0
}
