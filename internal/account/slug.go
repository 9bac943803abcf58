package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Slug names an organisation or a site on the command line: lower-case ASCII
// letters and digits with single hyphens between them, at most 63 bytes.
type Slug string

const maxSlugBytes = 63

// None is the word that stands for no site, no plan or no directory where one
// may be named. So nothing else may be called that.
const None = "none"

// MakeSlug returns the slug of a name that CleanName has let through: letters
// without their accents, digits, and one hyphen for each run of anything else.
// A name without a letter that has a Latin form, and without a digit, is
// Invalid, "slug.invalid", and so is one that makes "none": a slug can be given
// beside such a name.
func MakeSlug(name string) (Slug, error) {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(name) {
		if unicode.Is(unicode.M, r) {
			continue
		}
		letters := latin(unicode.ToLower(r))
		if letters == "" {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte('-')
		}
		gap = false
		b.WriteString(letters)
		if b.Len() >= maxSlugBytes {
			break
		}
	}
	slug := b.String()
	slug = strings.TrimRight(slug[:min(len(slug), maxSlugBytes)], "-")
	if slug == "" || slug == None {
		return "", Errorf(Invalid, "no slug can be made from the name %s", quoted(name)).Coded("slug.invalid").
			Hintf("give it one beside its name, in letters a-z, digits and hyphens: --slug SLUG")
	}
	return Slug(slug), nil
}

// ParseSlug reads a slug. Capitals are taken for small letters. The error is
// Invalid, "slug.invalid".
func ParseSlug(s string) (Slug, error) {
	fault := slugFault(s)
	if strings.EqualFold(s, None) {
		fault = `"none" stands for none of them`
	}
	if fault != "" {
		return "", Errorf(Invalid, "%s is no slug: %s", quoted(s), fault).Coded("slug.invalid").
			Hintf("a slug has letters a-z, digits and single hyphens, such as acme-north")
	}
	return Slug(strings.ToLower(s)), nil
}

// slugFault says what is wrong with the syntax that slugs and role names
// share. Capitals pass: whoever calls makes them small.
func slugFault(s string) string {
	if s == "" {
		return "it is empty"
	}
	if len(s) > maxSlugBytes {
		return "it is longer than 63 characters"
	}
	before := '-'
	for _, r := range s {
		if r == '-' && before == '-' {
			return "a hyphen stands at its beginning or after another"
		}
		if r != '-' && (r >= utf8.RuneSelf || !isLetter(byte(r)) && !isDigit(byte(r))) {
			return "it may not hold " + quoted(string(r))
		}
		before = r
	}
	if before == '-' {
		return "it ends with a hyphen"
	}
	return ""
}

// latin returns the ASCII letters or the digit for a small letter that has
// lost its accents, "" if it has none.
func latin(r rune) string {
	switch {
	case r >= utf8.RuneSelf:
		return latinForm(r)
	case isLetter(byte(r)) || isDigit(byte(r)):
		return string(r)
	}
	return ""
}

// latinForm is latin for the letters that are more than one with an accent.
func latinForm(r rune) string {
	for _, other := range [...]struct {
		letter rune
		form   string
	}{
		{'ø', "o"}, {'æ', "ae"}, {'œ', "oe"}, {'ß', "ss"}, {'þ', "th"}, {'ð', "d"},
		{'đ', "d"}, {'ł', "l"}, {'ħ', "h"}, {'ı', "i"}, {'ŋ', "n"}, {'ŧ', "t"},
	} {
		if other.letter == r {
			return other.form
		}
	}
	return ""
}
