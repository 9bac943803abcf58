package userfile

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/usher-admin/usher/internal/account"
)

func addFiles(f *testing.F, patterns ...string) {
	f.Helper()
	for _, pattern := range patterns {
		names, err := filepath.Glob(filepath.Join("..", "..", "..", "testdata", "import", pattern))
		if err != nil || len(names) == 0 {
			f.Fatalf("no files like %s (%v)", pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
}

func FuzzCSV(f *testing.F) {
	addFiles(f, "*.csv", "bad/*.csv")
	f.Add([]byte("sep=;\nemail;x\r\"a\r\n\";\"\"\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []Options{
			{},
			{Map: map[string]string{"email": "E-post", "first_name": "Förnamn"}, MaxCell: 7},
			{Form: FormGoogle, Map: map[string]string{"email": "x"}},
		} {
			checkForeign(t, data, o)
		}
	})
}

func FuzzJSONL(f *testing.F) {
	addFiles(f, "*.jsonl", "bad/*.jsonl")
	f.Add([]byte(`{"licence":{"plan":"\ud800"},"email":"\u0000"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkForeign(t, data, Options{Form: FormJSONL})
		checkForeign(t, data, Options{Form: FormJSONL, Map: map[string]string{"email": "a.b", "role": "a"}, MaxCell: 7})
	})
}

// checkForeign reads bytes of whatever origin and checks what holds of any.
func checkForeign(t *testing.T, data []byte, o Options) {
	rows, err := collect(t, bytes.NewReader(data), o)
	if err != nil {
		if kind := account.KindOf(err); kind != account.Invalid {
			t.Fatalf("an error of kind %d: %v", kind, err)
		}
		return
	}
	limit := MaxCell
	if o.MaxCell > 0 {
		limit = o.MaxCell
	}
	last := 0
	for _, row := range rows {
		if row.Number <= last || row.Number > len(data)+1 {
			t.Fatalf("row %d after row %d of %d bytes", row.Number, last, len(data))
		}
		last = row.Number
		for f := range fieldPasswordHash + 1 {
			if text := *row.at(f); len(row.Faults) == 0 && (len(text) > max(limit, 64) || !utf8.ValidString(text)) {
				t.Fatalf("row %d, %s: %q without a fault", row.Number, f.name(), text)
			}
		}
		for _, fault := range row.Faults {
			if fault.Code == "" || fault.Message == "" || !showable(fault.Column) || !showable(fault.Value) {
				t.Fatalf("row %d: fault %+q", row.Number, fault)
			}
		}
	}
	again, err := collect(t, iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(data))), o)
	if err != nil {
		t.Fatalf("in other pieces: %v", err)
	}
	if diff := cmp.Diff(rows, again); diff != "" {
		t.Fatalf("in other pieces (-before +after):\n%s", diff)
	}
}

func collect(t *testing.T, in io.Reader, o Options) (rows []Row, err error) {
	r, err := Open(in, o)
	if err != nil {
		return nil, err
	}
	for {
		var row Row
		err := r.Next(&row)
		if errors.Is(err, io.EOF) {
			_ = r.Warnings()
			return rows, nil
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		rows = append(rows, row)
	}
}

func showable(s string) bool {
	for _, r := range s {
		if !unicode.IsPrint(r) && r != utf8.RuneError {
			return false
		}
	}
	return utf8.RuneCountInString(s) <= 9*shownRunes
}
