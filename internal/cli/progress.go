package cli

import (
	"fmt"
	"io"
	"strconv"
	"time"
)

// A gauge shows on a terminal how far something long is, in one line of standard
// error: nothing of what takes less than a second, and nothing is left of it.
type gauge struct {
	out   io.Writer // nil: nobody looks
	now   func() time.Time
	verb  string // "written"
	noun  string // "rows"
	began time.Time
	shown time.Time // zero: nothing stands there
}

const (
	gaugePatience = time.Second            // before it shows anything
	gaugePause    = 200 * time.Millisecond // between two looks
	eraseLine     = "\r\x1b[K"
)

// gauge returns one that tells of things done: "written", "rows".
func (a *app) gauge(verb, noun string) *gauge {
	g := &gauge{now: a.env.Now, verb: verb, noun: noun}
	if a.env.StderrTerminal {
		g.out = a.env.Stderr
	}
	return g
}

// tell shows how much is done, and of how much; 0: that is not known.
func (g *gauge) tell(done, total uint64) {
	if g.out == nil {
		return
	}
	now := g.now()
	if g.began.IsZero() {
		g.began = now
	}
	if now.Sub(g.began) < gaugePatience || now.Sub(g.shown) < gaugePause {
		return
	}
	g.shown = now
	_, _ = io.WriteString(g.out, eraseLine+g.line(done, total, now.Sub(g.began)))
}

// line is what the gauge shows: the number, the rate, the time that is left.
func (g *gauge) line(done, total uint64, since time.Duration) string {
	text := g.verb + " " + grouped(done)
	if total > 0 {
		text += " of " + grouped(total)
	}
	rate := float64(done) / since.Seconds()
	text += fmt.Sprintf(" %s, %s a second", g.noun, grouped(uint64(rate)))
	if total > done && rate >= 1 {
		left := time.Duration(float64(total-done) / rate * float64(time.Second))
		text += fmt.Sprintf(", %s left", max(left.Round(time.Second), time.Second))
	}
	return text
}

// end takes away what the gauge showed.
func (g *gauge) end() {
	if !g.shown.IsZero() {
		_, _ = io.WriteString(g.out, eraseLine)
		g.shown = time.Time{}
	}
}

// gauges are those of something that has phases, each of which ends where the
// next begins.
type gauges struct {
	app *app
	now *gauge
}

// phase returns what tells of one of them.
func (g *gauges) phase(verb, noun string) func(done, total uint64) {
	own := g.app.gauge(verb, noun)
	return func(done, total uint64) {
		if g.now != own {
			g.end()
			g.now = own
		}
		own.tell(done, total)
	}
}

// end takes away what the last of them showed.
func (g *gauges) end() {
	if g.now != nil {
		g.now.end()
	}
}

// grouped writes a number in groups of three digits.
func grouped(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
