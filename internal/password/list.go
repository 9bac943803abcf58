package password

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/account"
)

// MaxListBytes bounds a blocklist as it is read.
const MaxListBytes = 1 << 20

// minEntry is the least number of characters of an entry. Shorter ones would
// turn up inside every other password by chance.
const minEntry = 4

// List is a blocklist: folded entries, sorted, one a line. The zero List blocks
// nothing. Searching it builds nothing, so opening one costs nothing.
type List struct{ lines string }

// NewList makes a List of one entry a line, in any order and case. Blank lines,
// repeated entries and entries under four characters are left out. It is an
// Invalid error, coded password.blocklist, when words exceed 1 MiB, are not
// UTF-8, or have a line over 256 characters or with a control character.
func NewList(words []byte) (List, error) {
	words = bytes.TrimPrefix(words, []byte("\ufeff"))
	if len(words) > MaxListBytes {
		return List{}, badList("the blocklist is larger than %d bytes", MaxListBytes)
	}
	var entries []string
	number := 0
	for line := range strings.Lines(string(words)) {
		number++
		entry := strings.TrimSpace(line)
		switch {
		case !utf8.ValidString(entry):
			return List{}, badList("line %d of the blocklist is not UTF-8", number)
		case utf8.RuneCountInString(entry) > MaxLength:
			return List{}, badList("line %d of the blocklist has more than %d characters", number, MaxLength)
		case strings.ContainsFunc(entry, unicode.IsControl):
			return List{}, badList("line %d of the blocklist contains a control character", number)
		}
		if entry = fold(entry); utf8.RuneCountInString(entry) >= minEntry {
			entries = append(entries, entry)
		}
	}
	slices.Sort(entries)
	entries = slices.Compact(entries)
	if len(entries) == 0 {
		return List{}, nil
	}
	lines := strings.Join(entries, "\n") + "\n"
	if len(lines) > MaxListBytes { // NFKC can lengthen text
		return List{}, badList("the blocklist is larger than %d bytes", MaxListBytes)
	}
	return List{lines}, nil
}

func badList(format string, args ...any) error {
	return account.Errorf(account.Invalid, format, args...).Coded("password.blocklist")
}

// StoredList returns the List whose Bytes were stored. Other bytes do no harm,
// but block nothing reliably.
func StoredList(stored []byte) List { return List{string(stored)} }

// Bytes returns a copy of l for storing, one folded entry a line.
func (l List) Bytes() []byte { return []byte(l.lines) }

// Len returns the number of entries.
func (l List) Len() int { return strings.Count(l.lines, "\n") }

// Contains reports whether pw is an entry, or little more than entries, in the
// sense of Blocked.
func (l List) Contains(pw Plain) bool {
	g := newGuess(pw)
	g.markPatterns()
	g.markListed(l)
	return g.common()
}

// has reports whether entry, folded, is in l.
func (l List) has(entry string) bool { return entry != "" && l.floor(entry) == entry }

// longest returns the length in bytes of the longest entry text begins with, 0
// if there is none. Entries that text begins with are never after text, and
// the last one not after it either is such an entry or shows how much of text
// they can share.
func (l List) longest(text string) int {
	for text != "" {
		entry := l.floor(text)
		n := 0
		for n < len(entry) && n < len(text) && entry[n] == text[n] {
			n++
		}
		if n == len(entry) {
			return n
		}
		text = text[:n]
	}
	return 0
}

// floor returns the last entry that is not after text, "" if there is none.
// Lines below lo are not after text; lines from hi on are.
func (l List) floor(text string) string {
	found, lo, hi := "", 0, len(l.lines)
	for lo < hi {
		middle := lo + (hi-lo)/2
		start := lo + strings.LastIndexByte(l.lines[lo:middle], '\n') + 1
		end := len(l.lines)
		if i := strings.IndexByte(l.lines[start:], '\n'); i >= 0 {
			end = start + i
		}
		if entry := l.lines[start:end]; entry <= text {
			found, lo = entry, end+1
		} else {
			hi = start
		}
	}
	return found
}
