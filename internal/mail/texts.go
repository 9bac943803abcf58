package mail

import (
	"embed"
	"fmt"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// The texts lie in one file a language: sections that begin with "== name".
// The section "words" holds what all mails share, a key and a text a line; each
// other section is a mail: its subject, then its paragraphs, a line each, blank
// lines between them. Four spaces begin a line to be typed or pasted. A
// paragraph that begins with [fact] stands only in mails of letters with that
// fact, and {fact} is replaced by it.
//
//go:embed texts
var texts embed.FS

// text is what a language says in one kind of mail.
type text struct {
	subject string
	body    []string // paragraphs; typed lines begin with four spaces
}

// language is one file of texts.
type language struct {
	words map[string]string
	mails map[account.LetterKind]text
}

// readLanguage reads the texts of a locale. They are embedded, so an error is a
// mistake in them.
func readLanguage(l account.Locale) (language, error) {
	file, err := texts.ReadFile("texts/" + string(l) + ".txt")
	if err != nil {
		return language{}, fmt.Errorf("there are no mails in the language %q: %w", l, err)
	}
	lang := language{words: map[string]string{}, mails: map[account.LetterKind]text{}}
	for _, section := range strings.Split("\n"+string(file), "\n== ")[1:] {
		name, rest, _ := strings.Cut(section, "\n")
		if name == "words" {
			readWords(lang.words, rest)
			continue
		}
		subject, body, _ := strings.Cut(rest, "\n")
		subject, found := strings.CutPrefix(subject, "Subject: ")
		if !found {
			return lang, fmt.Errorf("the mail %q in %s has no subject", name, l)
		}
		lang.mails[account.LetterKind(name)] = text{subject: subject, body: paragraphs(body)}
	}
	return lang, nil
}

func readWords(words map[string]string, section string) {
	for line := range strings.Lines(section) {
		if key, value, found := strings.Cut(strings.TrimRight(line, "\n"), ": "); found {
			words[key] = value
		}
	}
}

// paragraphs cuts a section at its blank lines.
func paragraphs(section string) []string {
	var list []string
	for _, p := range strings.Split(strings.Trim(section, "\n"), "\n\n") {
		if p = strings.Trim(p, "\n"); p != "" {
			list = append(list, p)
		}
	}
	return list
}
