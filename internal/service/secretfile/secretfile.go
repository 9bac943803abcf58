// Package secretfile reads lists of stored passwords as other programs write
// them: usher's own export, browsers, password managers. It turns their CSV into
// rows of one shape and leaves to the caller whether a row is any good.
//
// It is pure: it opens no file, and is given text that is UTF-8 already. What
// stands in a value is given out as it stands; no error repeats any of it.
package secretfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// What a file may hold.
const (
	maxFile    = 64 << 20 // bytes
	maxRows    = 100_000
	headerSize = 4 << 10 // bytes of the beginning that decide on the delimiter
)

// Row is one stored password of a file.
type Row struct {
	Line    int // of the file, from 1
	Details account.SecretDetails
	Value   string
	Surplus bool // it has more cells than the header
}

// File is what a file holds.
type File struct {
	Rows    []Row
	Ignored []string // columns that usher has no use for, as the file names them
}

// Read reads a whole file. One that cannot be read as CSV with a header is
// Invalid: "import.empty", "import.csv", "import.missing_column",
// "import.duplicate_column" or "import.too_long".
func Read(text io.Reader) (File, error) {
	in := bufio.NewReaderSize(io.LimitReader(text, maxFile+1), headerSize)
	start, err := in.Peek(headerSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return File{}, err
	}
	counted := &counter{r: in}
	rows := csv.NewReader(counted)
	rows.Comma, rows.FieldsPerRecord, rows.ReuseRecord = delimiter(string(start)), -1, true
	header, err := rows.Read()
	if err != nil {
		return File{}, unreadable(err)
	}
	c, ignored, err := readHeader(header)
	if err != nil {
		return File{}, err
	}
	file := File{Ignored: ignored}
	for {
		record, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return file, nil
		case err != nil:
			return File{}, unreadable(err)
		case len(file.Rows) == maxRows || counted.n > maxFile:
			return File{}, account.Errorf(account.Invalid, "the file has more than %d rows or %d MiB", maxRows, maxFile>>20).
				Coded("import.too_long").
				Hintf("split it")
		}
		line, _ := rows.FieldPos(0)
		file.Rows = append(file.Rows, c.row(record, line))
	}
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// delimiter returns what parts the cells of the header line.
func delimiter(start string) rune {
	line, _, _ := strings.Cut(start, "\n")
	best, most := ',', 0
	for _, d := range []rune{',', ';', '\t'} {
		if n := strings.Count(line, string(d)); n > most {
			best, most = d, n
		}
	}
	return best
}

// unreadable is the error of a file that is no CSV. The library names places,
// never what stands there.
func unreadable(err error) error {
	var syntax *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return account.Errorf(account.Invalid, "the file is empty").Coded("import.empty").
			Hintf("the first line names the columns: name,username,url,notes,value")
	case errors.As(err, &syntax):
		return account.Errorf(account.Invalid, "the file cannot be read as CSV: line %d: %w", syntax.Line, syntax.Err).Coded("import.csv").
			Hintf("look at the quotation marks in that line: inside a cell they are doubled")
	}
	return err
}
