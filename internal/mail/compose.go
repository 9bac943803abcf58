package mail

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/usher-admin/usher/internal/account"
)

// composed is a mail in words.
type composed struct {
	subject    string
	paragraphs []string // typed lines begin with four spaces
	signature  string
	link       string
}

// compose puts a letter into the words of a language; times stand in the zone.
func compose(l account.Letter, locale account.Locale, zone *time.Location) (composed, error) {
	lang, err := readLanguage(locale)
	if err != nil {
		return composed{}, err
	}
	t, found := lang.mails[l.Kind]
	if !found {
		return composed{}, fmt.Errorf("there is no mail %q in %s", l.Kind, locale)
	}
	f := factsOf(l, lang.words, zone)
	c := composed{link: l.Link, paragraphs: []string{f.fill(lang.words[hello(l)])}}
	c.subject = f.fill(t.subject)
	c.signature = f.fill(lang.words[signature(l)])
	for _, p := range t.body {
		if p, stands := f.condition(p); stands {
			c.paragraphs = append(c.paragraphs, f.fill(p))
		}
	}
	return c, nil
}

func hello(l account.Letter) string {
	if l.Name == "" {
		return "hello_nobody"
	}
	return "hello"
}

func signature(l account.Letter) string {
	if l.Org == "" {
		return "signature_alone"
	}
	return "signature"
}

// facts are what the places in a text are filled with; a condition holds where
// its fact is not empty.
type facts map[string]string

func factsOf(l account.Letter, words map[string]string, zone *time.Location) facts {
	f := facts{
		"somebody": words["somebody"], "name": l.Name, "org": l.Org, "by": l.By, "account": l.Account.String(),
		"link": l.Link, "old": l.Old, "new": l.New, "plan": l.Plan, "directory": l.Directory, "help": l.Help,
		"action": l.Action, "reason": l.Reason,
		"expires": date(l.Expires.In(zone), words),
	}
	f.hold("nobody", l.By == "")
	f.hold("brings_key", l.BringsKey)
	f.hold("no_key", !l.BringsKey)
	f.hold("local", l.Directory == "")
	f.hold("must_change", l.Must)
	f.hold("active", l.Active)
	f.hold("assigned", !l.Active)
	for name, value := range f {
		f[name] = oneLine(value)
	}
	return f
}

func (f facts) hold(name string, holds bool) {
	if holds {
		f[name] = name
	}
}

// oneLine takes out whatever could begin a new line or steer how a text is
// shown. Names were checked when they were typed; this is the second lock.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
	}), " ")
}

// condition takes the [fact] off a paragraph and reports whether it stands.
func (f facts) condition(p string) (string, bool) {
	if !strings.HasPrefix(p, "[") {
		return p, true
	}
	name, rest, _ := strings.Cut(p[1:], "] ")
	return rest, f[name] != ""
}

// fill puts the facts into the places of a text. A fact that holds a place's
// name itself is not filled again.
func (f facts) fill(s string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("{" + rest)
			return b.String()
		}
		b.WriteString(f.place(name))
		s = after
	}
}

// place returns what stands in a place. Nobody in particular is an
// administrator.
func (f facts) place(name string) string {
	if name == "by" && f["by"] == "" {
		return f["somebody"]
	}
	return f[name]
}

// date writes a time as people of the language do.
func date(t time.Time, words map[string]string) string {
	months := strings.Fields(words["months"])
	if t.IsZero() || len(months) != 12 {
		return ""
	}
	day := strconv.Itoa(t.Day())
	if first, ok := words["first"]; ok && t.Day() == 1 {
		day = first
	}
	return facts{
		"day": day, "month": months[t.Month()-1], "year": strconv.Itoa(t.Year()),
		"time": t.Format(words["clock"]), "zone": t.Format("MST"),
	}.fill(words["date"])
}
