package output

import "io"

// Listing prints a list of objects as they come.
type Listing struct {
	rows  rows
	own   *Part // what Add added last
	err   error // the first one; nothing is printed after it
	count int   // of those that were taken
	ended bool
	talk  io.Writer // nil if an empty list needs no word
	empty string
}

// List begins a list of objects that spec describes. An error, of a wrong
// column or of the writer, is returned by the first Add, Flush or Close. A list
// that fails half-way is not closed: JSON then lacks its end, on purpose.
func (p *Printer) List(spec Spec) *Listing {
	chosen, err := spec.choose(p.options.Columns)
	if err != nil {
		return &Listing{err: err}
	}
	l := &Listing{empty: spec.Empty}
	switch {
	case p.options.Quiet:
		l.rows = newKeys(&p.out, spec)
	case p.options.Format == FormatJSON:
		l.rows = newJSONArray(p, selectionOf(chosen))
	case p.options.Format == FormatJSONL:
		l.rows = newJSONLines(p, selectionOf(chosen))
	case p.options.Format == FormatCSV:
		l.rows = newCSVRows(&p.out, csvColumns(spec, chosen, nil), !p.options.NoHeaders)
	default:
		if len(chosen) == 0 {
			chosen = spec.narrow()
		}
		l.rows, l.talk = newGrid(&p.out, chosen, p.tableLook(), &p.options), p.options.Talk
	}
	l.own = l.Part()
	return l
}

// Add prints o, now or a little later. It keeps nothing of o, whose fields the
// caller may fill anew.
func (l *Listing) Add(o Object) error {
	if l.err != nil {
		return l.err
	}
	l.own.Add(o)
	if l.own.piece.full() {
		l.err = l.take(l.own)
	}
	return l.err
}

// Flush writes everything added so far, for one who follows the list. A
// table's widths are settled by it.
func (l *Listing) Flush() error {
	if l.err == nil {
		l.err = l.take(l.own)
	}
	if l.err == nil {
		l.err = l.rows.flush()
	}
	return l.err
}

// Close writes what is left and ends the list. An empty table says the spec's
// words to Options.Talk. Closing again does nothing.
func (l *Listing) Close() error {
	if l.err != nil || l.ended {
		return l.err
	}
	l.ended = true
	if l.err = l.take(l.own); l.err != nil {
		return l.err
	}
	if l.err = l.rows.end(); l.err != nil {
		return l.err
	}
	if l.count == 0 && l.talk != nil && l.empty != "" {
		_, _ = io.WriteString(l.talk, l.empty+"\n") // words: the list is whole without them
	}
	return l.err
}

// Count returns how many objects were added.
func (l *Listing) Count() int {
	if l.own == nil {
		return l.count
	}
	return l.count + l.own.count
}
