package password

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold returns s as a guesser would write it: lower case, without accents. A
// name and a password that hides it then have the same letters.
func fold(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return bareLetter(unicode.ToLower(r))
	}, norm.NFD.String(norm.NFKC.String(s)))
	return norm.NFC.String(bare)
}

// bareLetter returns the plain letter of those whose stroke or missing dot is
// no accent to Unicode.
func bareLetter(r rune) rune {
	switch r {
	case 'ø':
		return 'o'
	case 'ł':
		return 'l'
	case 'đ', 'ð':
		return 'd'
	case 'ı':
		return 'i'
	}
	return r
}

// unleet returns folded text with the usual stand-ins undone, letter for
// letter. One and the exclamation mark stand for i or l: the caller says which
// and tries both.
func unleet(folded string, one rune) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '@', '4':
			return 'a'
		case '0':
			return 'o'
		case '3':
			return 'e'
		case '5', '$':
			return 's'
		case '7':
			return 't'
		case '1', '!':
			return one
		}
		return r
	}, folded)
}

// readings returns the ways folded text can be read, without repetition: as it
// is, and with the stand-ins undone. All have the same number of characters.
func readings(folded string) []string {
	all := []string{folded}
	asL, asI := unleet(folded, 'l'), unleet(folded, 'i')
	if asL != folded {
		all = append(all, asL)
	}
	if asI != folded && asI != asL {
		all = append(all, asI)
	}
	return all
}
