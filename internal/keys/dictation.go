package keys

import (
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// The written form of a key, made to be read aloud, is a prefix of two letters
// and 34 digits and letters of Crockford's base 32 in groups of five:
//
//	UK-00000-00000-00000-00000-00000-00000-0000
//
// The last two are check characters. They are chosen so that all 34, read as
// one number in base 32, leave the remainder of the kind of key when divided by
// 1021. Character number i from the right counts 32^i, and 32^0 to 32^33 leave
// 34 different remainders, none of them zero. As 1021 is prime, changing one
// character (by at most 31) or swapping two different ones always changes the
// remainder: every such slip is noticed, and of all others 1020 in 1021.
const (
	alphabet    = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	base        = uint32(len(alphabet))
	prime       = 1021
	secretBytes = 20 // 160 bits, 32 characters and no bit to spare
	dataChars   = 32
	checkChars  = 2
	keyChars    = dataChars + checkChars
	groupChars  = 5

	prefixMark      = 'U' // begins both prefixes, and stands in no key
	orgKeyLetter    = 'K'
	systemKeyLetter = 'S'
)

// keyForm is what tells the written forms of the two kinds of key apart.
type keyForm struct {
	letter    byte   // the second letter of the prefix
	noun      string // what people call it
	article   string
	code      string // of the error about it
	remainder uint32 // of the whole number, modulo prime
}

// orgKeyForm returns the written form of an organisation key.
func orgKeyForm() keyForm {
	return keyForm{letter: orgKeyLetter, noun: "organisation key", article: "an", code: "orgkey.mistyped", remainder: 131}
}

// systemKeyForm returns the written form of the system key.
func systemKeyForm() keyForm {
	return keyForm{letter: systemKeyLetter, noun: "system key", article: "a", code: "systemkey.mistyped", remainder: 709}
}

// spell returns the written form of a secret.
func spell(secret [secretBytes]byte, form keyForm) string {
	values := withCheck(secret, form)
	var text strings.Builder
	text.Grow(2 + keyChars + keyChars/groupChars + 1)
	text.WriteByte(prefixMark)
	text.WriteByte(form.letter)
	for i, value := range values {
		if i%groupChars == 0 {
			text.WriteByte('-')
		}
		text.WriteByte(alphabet[value])
	}
	return text.String()
}

// withCheck returns the values, 0 to 31, of all characters of a secret.
func withCheck(secret [secretBytes]byte, form keyForm) [keyChars]byte {
	var values [keyChars]byte
	var waiting, bits uint32 // bits of the secret not yet written
	at := 0
	for _, b := range secret {
		waiting, bits = waiting<<8|uint32(b), bits+8
		for ; bits >= 5; bits -= 5 {
			values[at] = byte(waiting >> (bits - 5) & 31)
			at++
		}
	}
	check := (prime + form.remainder - remainder(values)) % prime
	values[keyChars-2], values[keyChars-1] = byte(check/base), byte(check%base)
	return values
}

// remainder returns what the characters, as one number in base 32, leave when
// divided by the prime.
func remainder(values [keyChars]byte) uint32 {
	var sum uint32
	for _, value := range values {
		sum = (sum*base + uint32(value)) % prime
	}
	return sum
}

// fits reports whether the check characters are those of the form. The two can
// say three numbers more than there are remainders; refusing those leaves
// exactly one text to a key.
func fits(values [keyChars]byte, form keyForm) bool {
	check := uint32(values[keyChars-2])*base + uint32(values[keyChars-1])
	return check < prime && remainder(values) == form.remainder
}

// parseKey reads the written form of one kind of key; other is the kind that it
// is most easily mixed up with.
func parseKey(text string, form, other keyForm) ([secretBytes]byte, error) {
	typed := readKey(text)
	if problem := typed.problem(form, other); problem != "" {
		return [secretBytes]byte{}, account.Errorf(account.Invalid, "%s", problem).Coded(form.code).
			Hintf("compare it group by group with the %s you were given; capital and small letters are the same", form.noun)
	}
	return packed(typed.values), nil
}

// packed returns the secret that the characters before the check spell.
func packed(values [keyChars]byte) [secretBytes]byte {
	var secret [secretBytes]byte
	var waiting, bits uint32
	at := 0
	for _, value := range values[:dataChars] {
		waiting, bits = waiting<<5|uint32(value), bits+5
		if bits >= 8 {
			bits -= 8
			secret[at] = byte(waiting >> bits)
			at++
		}
	}
	return secret
}
