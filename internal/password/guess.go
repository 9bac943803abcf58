package password

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// enough is the number of characters that must be left of a password when
// everything a guesser would try first is taken out of it. It is the least
// length any policy can ask for.
const enough = 8

// guess is a password as a guesser sees it. Each mask says of every character
// of the folded text whether it is part of something guessable; one masked
// character is as good as none.
type guess struct {
	readings []string
	count    int    // characters of the folded text
	listed   []bool // part of a blocklist entry
	entry    bool   // a blocklist entry as a whole, but for digits or punctuation at its end
	named    []bool // part of a name
	run      []bool // part of a run such as aaaa
	step     []bool // part of a sequence such as abcd or qwer
}

func newGuess(pw Plain) *guess {
	folded := fold(pw.text())
	n := utf8.RuneCountInString(folded)
	return &guess{
		readings: readings(folded), count: n,
		listed: make([]bool, n), named: make([]bool, n), run: make([]bool, n), step: make([]bool, n),
	}
}

// markListed masks what is an entry of list, the longest first from the left.
func (g *guess) markListed(list List) {
	for _, text := range g.readings {
		g.entry = g.entry || list.has(text) || list.has(strings.TrimRightFunc(text, notLetter))
		for at := 0; text != ""; {
			size := list.longest(text)
			marked := utf8.RuneCountInString(text[:size])
			for i := range marked {
				g.listed[at+i] = true
			}
			if size == 0 {
				_, size = utf8.DecodeRuneInString(text)
				marked = 1
			}
			at, text = at+marked, text[size:]
		}
	}
}

// markNamed masks every occurrence of a folded word.
func (g *guess) markNamed(word string) {
	length := utf8.RuneCountInString(word)
	for _, text := range g.readings {
		for at := 0; ; {
			before, after, found := strings.Cut(text, word)
			if !found {
				break
			}
			at += utf8.RuneCountInString(before)
			for i := range length {
				g.named[at+i] = true
			}
			at, text = at+length, after
		}
	}
}

// common reports whether the password is an entry or little more than entries.
func (g *guess) common() bool {
	return g.entry || marked(g.listed) && g.left(g.listed, g.run, g.step) < enough
}

// fromNames reports whether the password is little more than names.
func (g *guess) fromNames() bool {
	return marked(g.named) && g.left(g.named, g.listed, g.run, g.step) < enough
}

// repeated reports whether the password is blank, a short piece over and over,
// or mostly one character.
func (g *guess) repeated() bool {
	text := g.readings[0]
	if text != "" && strings.TrimSpace(text) == "" {
		return true
	}
	if p := period([]rune(text)); p > 0 && p < enough && 2*p <= g.count {
		return true
	}
	return marked(g.run) && g.left(g.run) < g.enoughBesidesRuns()
}

// sequence reports whether the password is mostly characters that follow each
// other.
func (g *guess) sequence() bool {
	return marked(g.step) && g.left(g.step, g.run) < g.enoughBesidesRuns()
}

// enoughBesidesRuns is lower for short passwords, where four digits in a row
// are no reason to refuse the rest.
func (g *guess) enoughBesidesRuns() int { return min(enough, (g.count+1)/2) }

// left counts the characters that no mask covers.
func (g *guess) left(masks ...[]bool) int {
	left := 0
	for i := range g.count {
		covered := false
		for _, mask := range masks {
			covered = covered || mask[i]
		}
		if !covered {
			left++
		}
	}
	return left
}

func marked(mask []bool) bool {
	for _, m := range mask {
		if m {
			return true
		}
	}
	return false
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }
