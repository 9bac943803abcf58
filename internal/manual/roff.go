package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/usher-admin/usher/internal/cli"
)

// roff writes the mdoc language of manual pages.
type roff struct{ strings.Builder }

// macro writes a line that begins with a macro.
func (r *roff) macro(format string, args ...any) { _, _ = fmt.Fprintf(r, "."+format+"\n", args...) }

// section begins a section of the page.
func (r *roff) section(title string) { r.macro("Sh %s", title) }

// proseWidth is how long lines of prose may be in the source of a page.
const proseWidth = 70

// prose writes a paragraph, each sentence from a new line on, as mdoc wants it.
func (r *roff) prose(text string) {
	sentence := regexp.MustCompile(`([.?!]["')]?) +([A-Z"])`)
	for line := range strings.SplitSeq(sentence.ReplaceAllString(text, "$1\n$2"), "\n") {
		for len(line) > proseWidth {
			at := strings.LastIndexByte(line[:proseWidth], ' ')
			if at <= 0 {
				break
			}
			r.WriteString(escaped(line[:at]) + "\n")
			line = line[at+1:]
		}
		r.WriteString(escaped(line) + "\n")
	}
}

// blocks writes paragraphs, lists and what is to be typed.
func (r *roff) blocks(all []block) {
	for i, b := range all {
		switch b.kind {
		case paragraph:
			if i > 0 {
				r.macro("Pp")
			}
			r.prose(b.text)
		case list:
			r.rows(b.rows, func(name string) string { return "Cm " + argument(name) })
		case typed:
			r.literal(b.text)
		}
	}
}

// rows writes a list of names and what stands behind them.
func (r *roff) rows(rows []cli.Row, tag func(name string) string) {
	r.macro("Bl -tag -width Ds")
	for _, row := range rows {
		r.macro("It %s", tag(row.Name))
		if row.Text != "" {
			r.prose(row.Text)
		}
	}
	r.macro("El")
}

// literal writes lines as they are typed.
func (r *roff) literal(lines string) {
	r.macro("Bd -literal -offset indent")
	for line := range strings.SplitSeq(strings.Trim(lines, "\n"), "\n") {
		r.WriteString(asTyped(strings.TrimPrefix(line, "  ")) + "\n")
	}
	r.macro("Ed")
}

// flagTag writes how a flag is typed: "-o, --output FORM" is Fl o , Fl -output
// Ar FORM.
func flagTag(name string) string {
	var words []string
	for _, word := range strings.Fields(name) {
		word, comma := strings.CutSuffix(word, ",")
		if flag, ok := strings.CutPrefix(word, "-"); ok {
			words = append(words, "Fl "+asTyped(flag))
		} else {
			words = append(words, "Ar "+argument(word))
		}
		if comma {
			words = append(words, ",")
		}
	}
	return strings.Join(words, " ")
}

// argument writes a word of a macro's line, where a short word or one of
// punctuation might be taken for more than itself.
func argument(word string) string {
	var out []string
	for _, w := range strings.Fields(asTyped(word)) {
		if len(w) <= 3 || strings.ContainsRune(`.,:;()[]?!|"`, rune(w[0])) {
			w = `\&` + w
		}
		out = append(out, strings.ReplaceAll(w, `"`, `\(dq`))
	}
	return strings.Join(out, " ")
}

// escaped writes a line of prose.
func escaped(line string) string {
	line = special(line)
	line = regexp.MustCompile(`(^|[\s("|])--?[a-zA-Z][a-zA-Z-]*`).ReplaceAllStringFunc(line, func(flag string) string {
		return strings.ReplaceAll(flag, "-", `\-`)
	})
	return begun(line)
}

// asTyped writes what people copy: hyphens and quotes are those of the keyboard.
func asTyped(line string) string {
	line = special(line)
	return begun(strings.NewReplacer("-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(line))
}

// special writes backslashes, and what is not ASCII, in the language's own way.
func special(line string) string {
	var b strings.Builder
	for _, c := range line {
		switch {
		case c == '\\':
			b.WriteString(`\e`)
		case c < utf8.RuneSelf:
			b.WriteRune(c)
		default:
			fmt.Fprintf(&b, `\[u%04X]`, c)
		}
	}
	return b.String()
}

// begun keeps a line from being taken for a macro.
func begun(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}
