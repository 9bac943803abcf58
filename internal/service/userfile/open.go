package userfile

import (
	"bytes"
	"errors"
	"io"

	"github.com/usher-admin/usher/internal/account"
)

// Options say how a file is to be read. The zero value is right for a file that
// speaks for itself.
type Options struct {
	Form    Form              // "" is FormAuto
	Map     map[string]string // from a name of FieldNames to the column (JSON: the key) that holds it
	MaxCell int               // bytes; 0 is MaxCell
}

// Reader gives the rows of one file, one after the other. It is for one
// goroutine.
type Reader struct {
	rows     rowSource
	form     Form
	encoding encoding
	tally    tally
	err      error // what Next has ended with
}

// rowSource reads the records of one kind of file.
type rowSource interface {
	// next sets an empty row, or returns io.EOF.
	next(row *Row) error
	// column returns the name under which the file has f.
	column(f field) string
}

// Open looks at the beginning of a file: its encoding, its form, the names of
// its columns. Errors are of kind Usage (what Options say cannot be) or Invalid
// (the file cannot be read at all: code "import.empty", "import.header",
// "import.encoding", "import.spreadsheet", "import.array", "import.unknown_form",
// "import.unknown_column", "import.duplicate_column", "import.missing_column",
// each with a hint); of kind Unexpected when r fails.
//
// A file with a header and nothing else is fine and has no rows.
func Open(r io.Reader, o Options) (*Reader, error) {
	form, err := ParseForm(string(o.Form))
	if err != nil {
		return nil, err
	}
	text, encoding, err := decode(r)
	if err != nil {
		return nil, err
	}
	reader := &Reader{encoding: encoding}
	in := newInput(text)
	if o.MaxCell <= 0 {
		o.MaxCell = MaxCell
	}
	if form == FormJSONL || form == FormAuto && bytes.HasPrefix(start(in), []byte("{")) {
		return reader, reader.openJSONL(in, o)
	}
	return reader, reader.openCSV(in, form, o)
}

// Text returns any text file as UTF-8, with the name of the encoding it was in:
// for lists that are not of users. A workbook or archive is Invalid,
// "import.spreadsheet".
func Text(r io.Reader) (text io.Reader, encoding string, err error) {
	text, e, err := decode(r)
	return text, e.String(), err
}

// decode looks at the beginning of a file and returns it as UTF-8.
func decode(r io.Reader) (io.Reader, encoding, error) {
	sample := make([]byte, sampleSize)
	n, err := io.ReadFull(r, sample)
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !whole {
		return nil, encodingUTF8, readError(err)
	}
	sample = sample[:n]
	if err := refuseBinary(sample); err != nil {
		return nil, encodingUTF8, err
	}
	e, mark := detect(sample, whole)
	return e.reader(io.MultiReader(bytes.NewReader(sample[mark:]), r)), e, nil
}

func (r *Reader) openJSONL(in *input, o Options) error {
	chosen, err := parseMap(o.Map)
	if err != nil {
		return err
	}
	if err := refuseArray(in); err != nil {
		return err
	}
	if !in.more() {
		if err := in.failure(); err != nil {
			return readError(err)
		}
		return emptyFile()
	}
	r.form = FormJSONL
	r.rows = &jsonRows{input: in, wanted: wantedKeys(chosen), maxValue: o.MaxCell, tally: &r.tally}
	return nil
}

func (r *Reader) openCSV(in *input, form Form, o Options) error {
	if err := refuseArray(in); err != nil {
		return err
	}
	rows := &csvRows{lexer: lexer{input: in, maxCell: o.MaxCell}, tally: &r.tally}
	names, err := readHeader(&rows.lexer)
	if err != nil {
		return err
	}
	if rows.layout, err = plan(names, form, o.Map); err != nil {
		return err
	}
	r.form = rows.form
	r.rows = rows
	return nil
}

// start returns the beginning of the text without white space before it.
func start(in *input) []byte { return bytes.TrimLeft(in.window(), " \t\r\n") }

func emptyFile() error {
	return account.Errorf(account.Invalid, "the file is empty").
		Coded("import.empty").
		Hintf("usher user template prints a file to fill in")
}

// refuseBinary tells a workbook of a spreadsheet, which is what people have at
// hand when they are asked for a CSV file.
func refuseBinary(sample []byte) error {
	if bytes.HasPrefix(sample, []byte("PK\x03\x04")) || bytes.HasPrefix(sample, []byte("\xd0\xcf\x11\xe0")) {
		return account.Errorf(account.Invalid, "the file is a workbook or an archive, not text").
			Coded("import.spreadsheet").
			Hintf("in the spreadsheet, save it as CSV (UTF-8) and import that")
	}
	return nil
}

func refuseArray(in *input) error {
	if bytes.HasPrefix(start(in), []byte("[")) {
		return account.Errorf(account.Invalid, "the file is one JSON array; JSON Lines has one object a line").
			Coded("import.array").
			Hintf("usher user export -o jsonl writes JSON Lines")
	}
	return nil
}

// Form returns the form that was recognised, never FormAuto.
func (r *Reader) Form() Form { return r.form }

// Encoding returns the name of the encoding that was recognised.
func (r *Reader) Encoding() string { return r.encoding.String() }

// Column returns how the file names the column of a field of FieldNames, safe
// to show; the name of the field itself where the file has no such column.
func (r *Reader) Column(name string) string {
	for i, known := range FieldNames() {
		if known == name {
			return safe(r.rows.column(field(i)))
		}
	}
	return safe(name)
}

// Next reads the next row into row. The error is io.EOF after the last one, and
// of kind Unexpected when reading fails; rows that cannot be understood are no
// error but have Faults. Blank lines, and the example that stands in Entra's
// template, are no rows.
func (r *Reader) Next(row *Row) error {
	if r.err != nil {
		return r.err
	}
	*row = Row{}
	r.err = r.rows.next(row)
	return r.err
}
