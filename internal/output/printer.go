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
		return addAll(newKeys(&p.out, spec), o)
	case p.options.Format == FormatCSV:
		return addAll(newCSVRows(&p.out, csvColumns(spec, chosen, o), !p.options.NoHeaders), o)
	case p.options.Format == FormatTable:
		p.sheet(spec, o, chosen)
	default:
		v := Nested(o)
		if len(chosen) > 0 {
			v = Nested(selectionOf(chosen).of(nil, o))
		}
		p.out.buf = append(p.appendValue(p.out.buf, &v), '\n')
	}
	return p.out.flush()
}

// appendValue appends v as a single JSON value, indented if a person reads it.
func (p *Printer) appendValue(dst []byte, v *Value) []byte {
	if p.options.Terminal && p.options.Format == FormatJSON {
		return appendIndented(dst, v, 0)
	}
	return appendJSON(dst, v)
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

// addAll prints a list of one object.
func addAll(r rows, o Object) error {
	p := r.piece()
	p.add(o)
	if err := r.take(p); err != nil {
		return err
	}
	return r.end()
}
