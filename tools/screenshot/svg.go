package main

import (
	"fmt"
	"html"
	"strings"
)

// Sizes in the picture's own units.
const (
	letter  = 8.4 // the width of a letter of 14
	height  = 18
	margin  = 16
	seconds = 5 // how long a page stays
)

const look = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1f2328}
.b{font-weight:700}.d{fill:#59636e}.p{fill:#0550ae;font-weight:700}
.c31,.c91{fill:#cf222e}.c32,.c92{fill:#116329}.c33,.c93{fill:#7d4e00}.c34,.c94{fill:#0550ae}.c35,.c95{fill:#8250df}.c36,.c96{fill:#1b7c83}.c90{fill:#59636e}
`

// draw writes the picture. Pages take turns; who wants nothing to move sees the
// first.
func draw(all [][]line) string {
	width, tall := columns*letter+2*margin, rows*height+2*margin
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 %.0f %d" role="img" aria-label="usher at work, page by page">`+"\n", width, tall)
	fmt.Fprintf(&b, "<style>\n%s%s</style>\n", look, turning(len(all)))
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="#f6f8fa" stroke="#d1d9e0"/>`+"\n")
	for i, page := range all {
		fmt.Fprintf(&b, "<g class=\"page\" style=\"animation-delay:%ds\">\n", i*seconds)
		for row, l := range page {
			if len(l) > 0 {
				fmt.Fprintf(&b, "<text x=\"%d\" y=\"%d\">%s</text>\n", margin, margin+(row+1)*height-4, spans(l))
			}
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// turning is the animation: each page is seen in its turn.
func turning(pages int) string {
	share := 100 / float64(pages)
	return fmt.Sprintf(`.page{visibility:hidden;animation:turn %ds step-end infinite}
@keyframes turn{0%%{visibility:visible}%.3f%%{visibility:hidden}}
@media (prefers-reduced-motion:reduce){.page{animation:none}.page:first-of-type{visibility:visible}}
`, pages*seconds, share)
}

// spans writes a line; what somebody typed stands out.
func spans(l line) string {
	if text := l.text(); strings.HasPrefix(text, "$ ") {
		return `<tspan class="p">` + html.EscapeString(text) + `</tspan>`
	}
	var b strings.Builder
	for _, s := range l {
		if s.style == "" {
			b.WriteString(html.EscapeString(s.text))
		} else {
			fmt.Fprintf(&b, `<tspan class="%s">%s</tspan>`, s.style, html.EscapeString(s.text))
		}
	}
	return b.String()
}
