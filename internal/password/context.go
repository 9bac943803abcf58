package password

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	product  = "usher"
	minWord  = 4  // letters a name must have to count
	maxWords = 64 // names looked for; the rest is left out
)

// folded returns the words to look for: each name whole, without what stands
// between its parts, and each of its parts, folded, none of them short.
func (c Context) folded() []string {
	words := []string{product}
	add := func(word string) {
		if utf8.RuneCountInString(word) >= minWord && strings.ContainsFunc(word, unicode.IsLetter) {
			words = append(words, readings(word)...)
		}
	}
	for _, name := range c.Words {
		if len(words) >= maxWords {
			break
		}
		parts := strings.FieldsFunc(fold(name), func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r)
		})
		add(strings.Join(parts, ""))
		if len(parts) > 1 {
			for _, part := range parts {
				add(part)
			}
		}
	}
	return words
}
