package keys

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/usher-admin/usher/internal/account"
)

// typedKey is what somebody typed as a key, without what does not matter.
type typedKey struct {
	prefix byte           // the letter after the U, '?' for one of no kind; 0 if there was no prefix
	values [keyChars]byte // of the characters so far, 0 to 31
	count  int            // of the characters, even when there are too many
	strays int            // the number, from 1, of the first character that stands in no key; 0 if there is none
}

// readKey takes text apart. It never fails: what is wrong with the outcome, and
// how to say it, depends on the kind of key that was wanted.
func readKey(text string) typedKey {
	var typed typedKey
	inPrefix := false
	for _, r := range text {
		r = plain(r)
		switch {
		case ignored(r):
		case inPrefix:
			typed.prefix, inPrefix = prefixLetter(r), false
		case r == prefixMark && typed.count == 0 && typed.prefix == 0:
			inPrefix = true
		default:
			typed.add(r)
		}
	}
	return typed
}

// prefixLetter returns the second letter of a prefix, '?' for any that belongs
// to no kind of key.
func prefixLetter(r rune) byte {
	if r == orgKeyLetter || r == systemKeyLetter {
		return byte(r)
	}
	return '?'
}

// add takes one character that counts.
func (t *typedKey) add(r rune) {
	t.count++
	value := strings.IndexRune(alphabet, r)
	switch {
	case value < 0 && t.strays == 0:
		t.strays = t.count
	case value >= 0 && t.count <= keyChars:
		t.values[t.count-1] = byte(value)
	}
}

// problem says what is wrong with a key that should be of the given form, ""
// if nothing is. It gives numbers and places, never characters.
func (t *typedKey) problem(form, other keyForm) string {
	mistyped := "the " + form.noun + " is mistyped"
	whole := t.count == keyChars && t.strays == 0
	switch {
	case whole && (t.prefix == 0 || t.prefix == form.letter) && fits(t.values, form):
		return ""
	case t.isOther(whole, form, other):
		return fmt.Sprintf("this is %s %s, where %s %s belongs", other.article, other.noun, form.article, form.noun)
	case t.count != keyChars:
		return fmt.Sprintf("%s: it has %d %s and should have %d, not counting the %c%c in front",
			mistyped, t.count, account.Agree(t.count, "letter or digit", "letters and digits"), keyChars, prefixMark, form.letter)
	case t.strays != 0:
		return fmt.Sprintf("%s: group %d has a character that stands in no key", mistyped, (t.strays-1)/groupChars+1)
	default:
		return mistyped
	}
}

// isOther reports whether a key of the other kind was typed. The prefix says
// so, unless the check characters prove the prefix to be the slip; without a
// prefix the check characters decide.
func (t *typedKey) isOther(whole bool, form, other keyForm) bool {
	if t.prefix == 0 {
		return whole && fits(t.values, other)
	}
	return t.prefix == other.letter && (!whole || !fits(t.values, form))
}

// plain returns the letter or digit that r can only mean: upper case, the
// full-width forms of East Asian keyboards as their ASCII twins, O as 0, I and
// L as 1. U is left: it could be a V, or a prefix.
func plain(r rune) rune {
	const fullWidthFirst, fullWidthLast, fullWidthShift = 0xFF01, 0xFF5E, 0xFEE0
	if r >= fullWidthFirst && r <= fullWidthLast {
		r -= fullWidthShift
	}
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	switch r {
	case 'O':
		return '0'
	case 'I', 'L':
		return '1'
	default:
		return r
	}
}

// ignored reports whether r only parts groups: white space, dashes, dots, and
// the invisible characters that pasting from documents brings along.
func ignored(r rune) bool {
	const minusSign, middleDot, bullet = 0x2212, 0xB7, 0x2022
	switch r {
	case '.', minusSign, middleDot, bullet:
		return true
	default:
		return unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Cf)
	}
}
