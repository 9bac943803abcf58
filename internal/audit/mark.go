package audit

import (
	"strconv"
	"time"
)

// mark is what the walk over a log needs of each line: its place in it.
type mark struct {
	seq    uint64
	like   uint64
	time   time.Time // zero where it is like another
	action string    // only that of a pruning; "" for all others
}

// actionPrune is the action of the event that says which bodies are gone.
const actionPrune = "logs.prune"

// readMark reads the beginning of a line, which is all that a million lines
// need; a line that begins otherwise is read as a whole.
func readMark(body []byte) (mark, bool) {
	s := scanner{rest: body}
	s.expect(`{"seq":`)
	m := mark{seq: s.number()}
	if s.skip(`,"like":`) {
		m.like = s.number()
	} else {
		s.expect(`,"time":`)
		m.time = s.time()
	}
	if s.skip(`,"action":"` + actionPrune + `"`) {
		m.action = actionPrune
	}
	if !s.failed {
		return m, true
	}
	e, err := ParseLine(body)
	if err != nil {
		return mark{}, false
	}
	m = mark{seq: e.Seq, like: e.Like, time: e.Time}
	if e.Action == actionPrune {
		m.action = actionPrune
	}
	return m, true
}

// renumbered returns a line as it was if its number had been seq; nil if it
// does not begin with a number.
func renumbered(body []byte, seq uint64) []byte {
	s := scanner{rest: body}
	s.expect(`{"seq":`)
	s.number()
	if s.failed {
		return nil
	}
	line := append(make([]byte, 0, len(body)+20), `{"seq":`...)
	return append(strconv.AppendUint(line, seq, 10), s.rest...)
}
