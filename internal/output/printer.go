package output

import (
	"io"
	"time"
)

// Options say how results are printed.
type Options struct {
	Format    Format         // "" is FormatTable
	Columns   []string       // names of the columns wanted, in order; none: all that are usual
	NoHeaders bool           // no header in tables and CSV, no names beside the values of one object
	Quiet     bool           // only the key of each object, a line each
	Terminal  bool           // the writer is a terminal
	Color     bool           // the terminal wants colour
	Width     int            // of the terminal in columns, 0 if unknown
	Location  *time.Location // of the times in tables on a terminal; nil is UTC
	Talk      io.Writer      // where an empty table says so, standard error; nil: nowhere
}

// Printer prints results in one form. It is for one goroutine.
type Printer struct {
	out     sink
	options Options
}

// firstBytes is the room for what a command prints of one thing. Growing into it
// would touch a fresh page of memory for each size on the way.
const firstBytes = 1 << 10

// New returns a Printer that writes to w.
func New(w io.Writer, o Options) *Printer {
	if o.Format == "" {
		o.Format = FormatTable
	}
	if o.Location == nil {
		o.Location = time.UTC
	}
	return &Printer{out: sink{w: w, buf: make([]byte, 0, firstBytes)}, options: o}
}

// Check returns the error that printing under spec would begin with: an
// account.Usage error with the code "usage.column" if a column was wanted that
// it does not have. A command that changes something asks before it does.
func (p *Printer) Check(spec Spec) error {
	_, err := spec.choose(p.options.Columns)
	return err
}

// One prints a single object: a line for each field in a table, an object in
// JSON, a header and a row in CSV. It returns the writer's error unchanged.
func (p *Printer) One(spec Spec, o Object) error {
	chosen, err := spec.choose(p.options.Columns)
	if err != nil {
		return err
	}
	switch {
	case p.options.Quiet:
		return p.key(spec, o)
	case p.options.Format == FormatCSV:
		return p.record(csvColumns(spec, chosen, o), o)
	case p.options.Format == FormatTable:
		return p.sheet(spec, o, chosen)
	}
	if len(chosen) > 0 {
		o = selectionOf(chosen).of(nil, o)
	}
	return p.document(o)
}

// tableLook returns how tables write values: "-" for nothing keeps the number
// of words in a row what it is in the header.
func (p *Printer) tableLook() look {
	k := look{null: "-"}
	if p.options.Terminal {
		k.local = p.options.Location
	}
	return k
}

// csvColumns returns the columns of CSV: those chosen, else all of the spec,
// else (where the spec has none) those of the object.
func csvColumns(spec Spec, chosen []Column, o Object) []Column {
	switch {
	case len(chosen) > 0:
		return chosen
	case len(spec.Columns) > 0:
		return spec.Columns
	}
	return columnsOf(o)
}

// key prints the key of one object.
func (p *Printer) key(spec Spec, o Object) error {
	k := newKeys(&p.out, spec)
	key := k.piece()
	key.add(o)
	if err := k.take(key); err != nil {
		return err
	}
	return k.end()
}
