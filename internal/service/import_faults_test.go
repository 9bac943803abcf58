package service

import (
	"cmp"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store/scratch"
)

// faultsOf returns the faults of a result.
func faultsOf(t testing.TB, r ImportResult) (list []ImportFault) {
	t.Helper()
	defer r.Faults.Close()
	err := r.Faults.Each(func(f ImportFault) error {
		list = append(list, f)
		return nil
	})
	if err != nil || len(list) != r.Faults.Len() {
		t.Fatalf("%d faults of %d, %v", len(list), r.Faults.Len(), err)
	}
	return list
}

// noFile is where scratch files cannot be made.
func noFile() (*os.File, error) { return nil, os.ErrPermission }

// Those that were found before anything was written and those that were found
// then come in the order of the file, also where most lie in scratch files.
func TestFaultsComeInTheOrderOfTheFile(t *testing.T) {
	dir := t.TempDir()
	create := func() (*os.File, error) { return os.CreateTemp(dir, "scratch") }
	rapid.Check(t, func(t *rapid.T) {
		faults := newImportFaults(func() *scratch.File { return scratch.New(create, rand.Reader) })
		defer faults.Close()
		long := strings.Repeat("x", rapid.SampledFrom([]int{0, 150_000}).Draw(t, "long"))
		text := rapid.SampledFrom([]string{"", "email", "ö\n\x00", "not-an-address"})
		var want []ImportFault
		for _, run := range []*faultRun{&faults.alone, &faults.against} {
			row := 0
			for range rapid.IntRange(0, 9).Draw(t, "faults") {
				row += rapid.IntRange(0, 5).Draw(t, "rows further")
				f := ImportFault{
					Column: text.Draw(t, "column"), Value: text.Draw(t, "value"), Code: "some.code", Message: text.Draw(t, "message") + long,
					kind:      rapid.SampledFrom([]account.Kind{account.Invalid, account.Conflict}).Draw(t, "kind"),
					overdrawn: rapid.IntRange(0, 300).Draw(t, "overdrawn"),
				}
				run.note(row, f)
				f.Row = row
				want = append(want, f)
			}
		}
		slices.SortStableFunc(want, func(a, b ImportFault) int { return cmp.Compare(a.Row, b.Row) })
		for range 2 { // they can be read again
			var got []ImportFault
			if err := faults.Each(func(f ImportFault) error { got = append(got, f); return nil }); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) || faults.Len() != len(want) {
				t.Fatalf("got %d faults, said to be %d:\n%.2000q\nwant %d:\n%.2000q", len(got), faults.Len(), fmt.Sprint(got), len(want), fmt.Sprint(want))
			}
		}
	})
}

func TestAFaultRepeatsLittleOfACell(t *testing.T) {
	faults := newImportFaults(func() *scratch.File { return scratch.New(noFile, rand.Reader) })
	faults.alone.note(1, ImportFault{Value: strings.Repeat("ö", shownValue)})
	if f := faultsOf(t, ImportResult{Faults: faults})[0]; f.Value != strings.Repeat("ö", shownValue/2)+"…" {
		t.Errorf("got %q", f.Value)
	}
}

// What cannot be kept of a fault is an error: a report that lacks one would be
// taken for the whole.
func TestAFaultThatCannotBeKeptIsAnError(t *testing.T) {
	faults := newImportFaults(func() *scratch.File { return scratch.New(noFile, rand.Reader) })
	for range 10_000 {
		faults.alone.note(1, ImportFault{Message: strings.Repeat("x", 100)})
	}
	if err := faults.Each(func(ImportFault) error { return nil }); !errors.Is(err, os.ErrPermission) {
		t.Errorf("got %v, want that of the scratch file", err)
	}
}

// An import whose faults cannot be kept changes nothing, and does not go on to its
// last row first.
func TestAnImportWhoseFaultsCannotBeKeptFails(t *testing.T) {
	w := newWorld(t)
	s := w.as("anna@norrsken.example")
	in := ImportInput{File: strings.NewReader("email\n" + strings.Repeat("not an address\n", 50_000)), KeepGoing: true}
	last := uint64(0)
	in.Checked = func(rows, _ uint64) {
		if last = rows; rows > progressStep {
			return
		}
		if err := os.Rename(filepath.Dir(w.path), filepath.Dir(w.path)+".away"); err != nil {
			t.Fatal(err)
		}
	}
	if result, err := s.ImportUsers(t.Context(), in); err == nil || result.Failed > 0 || last > 20_000 {
		t.Errorf("got %+v, %v, after %d rows", result, err, last)
	}
	if err := os.Rename(filepath.Dir(w.path)+".away", filepath.Dir(w.path)); err != nil {
		t.Fatal(err)
	}
}
