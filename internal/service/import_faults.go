package service

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store/scratch"
)

// ImportFault is one reason why a row was not imported.
type ImportFault struct {
	Row     int // line of the file, from 1
	Column  string
	Value   string
	Code    string
	Message string
	kind    account.Kind
	// overdrawn is how many seats too few its plan has for those who hold one.
	overdrawn int
}

// ImportFaults are all of them, in the order of the file. There may be as many as
// it has rows, where it is the wrong file: those that do not fit into a little
// memory lie in scratch files.
type ImportFaults struct {
	// Those of the file alone are found before those against the database, each in
	// the order of the rows.
	alone, against faultRun
}

func newImportFaults(file func() *scratch.File) ImportFaults {
	return ImportFaults{alone: newFaultRun(file()), against: newFaultRun(file())}
}

// Len returns how many there are. A row may have several.
func (f *ImportFaults) Len() int { return f.alone.n + f.against.n }

// Each calls fn with one after the other, until it returns an error.
func (f *ImportFaults) Each(fn func(ImportFault) error) error {
	alone, against := f.alone.reader(), f.against.reader()
	for {
		if err := alone.fill(); err != nil {
			return err
		}
		if err := against.fill(); err != nil {
			return err
		}
		next := &alone
		switch {
		case alone.done && against.done:
			return nil
		case alone.done || !against.done && against.fault.Row < alone.fault.Row:
			next = &against
		}
		if err := fn(next.take()); err != nil {
			return err
		}
	}
}

// Close gives back what they take.
func (f *ImportFaults) Close() {
	f.alone.close()
	f.against.close()
}

// faultRun is faults in the order of their rows.
type faultRun struct {
	records *records
	n       int
	room    []byte
	err     error // the first of the scratch file
}

func newFaultRun(file *scratch.File) faultRun { return faultRun{records: newRecords(file)} }

// shownValue bounds how much of a cell a report repeats, in bytes.
const shownValue = 200

// note keeps the fault of a row, or the error with which that failed.
func (r *faultRun) note(row int, f ImportFault) {
	if r.err != nil {
		return
	}
	f.Row = row
	if len(f.Value) > shownValue {
		f.Value = strings.ToValidUTF8(f.Value[:shownValue], "") + "…"
	}
	r.n++
	r.room = f.append(r.room[:0])
	_, r.err = r.records.add(r.room)
}

func (r *faultRun) close() {
	if r.records != nil {
		r.records.close()
	}
}

func (r *faultRun) reader() faultReader { return faultReader{run: r} }

// faultReader reads a run from its beginning, one ahead.
type faultReader struct {
	run   *faultRun
	at    int64
	fault ImportFault
	ready bool
	done  bool
}

// fill reads the next fault, unless it was read already.
func (r *faultReader) fill() error {
	switch {
	case r.ready || r.done:
		return nil
	case r.run.err != nil:
		return r.run.err
	case r.run.n == 0 || r.at == r.run.records.size():
		r.done = true
		return nil
	}
	record, next, err := r.run.records.read(r.at, recordsAhead)
	if err != nil {
		return err
	}
	r.fault, r.at, r.ready = readImportFault(record), next, true
	return nil
}

func (r *faultReader) take() ImportFault {
	r.ready = false
	return r.fault
}

// append appends the fault's bytes to dst.
func (f *ImportFault) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(f.Row))
	dst = binary.AppendUvarint(dst, uint64(f.kind))
	dst = binary.AppendUvarint(dst, uint64(f.overdrawn))
	for _, text := range [...]string{f.Column, f.Value, f.Code, f.Message} {
		dst = appendCounted(dst, text)
	}
	return dst
}

// readImportFault reads what append wrote.
func readImportFault(record []byte) (f ImportFault) {
	in := textReader{string(record)}
	f.Row, f.kind, f.overdrawn = int(in.number()), account.Kind(in.number()), int(in.number())
	f.Column, f.Value, f.Code, f.Message = in.text(), in.text(), in.text(), in.text()
	return f
}

// refusal is the error of an import with faults that was all or nothing. Its
// kind is Invalid if any row is, else that of the first fault.
func (r *ImportResult) refusal(otherwise string) error {
	var first ImportFault
	var kind account.Kind
	var hint refusalHint
	err := r.Faults.Each(func(f ImportFault) error {
		if first.Row == 0 {
			first, kind = f, f.kind
		}
		if f.kind == account.Invalid {
			kind = account.Invalid
		}
		hint.see(f)
		return nil
	})
	if err != nil {
		return err
	}
	return account.Errorf(kind, "%s cannot be imported, so none was; %s row %d: %s",
		account.CountOf(r.Failed, r.Read, "row"), account.Agree(r.Failed, "it is", "the first is"), first.Row, first.Message).
		Coded("import.refused").
		Hintf("%s", cmp.Or(hint.text(), otherwise))
}

// refusalHint is the way on from an import that a fault of many rows stops.
type refusalHint struct {
	address   string // the first of a domain that is not approved
	plan      string // the first without a free seat
	missing   int    // seats of that
	overdrawn int    // those to be bought before any is free
}

func (h *refusalHint) see(f ImportFault) {
	switch f.Code {
	case "domain.not_approved":
		if h.address == "" {
			h.address = f.Value
		}
	case "licence.no_seat":
		if h.plan == "" {
			h.plan = f.Value
		}
		if f.Value == h.plan {
			h.missing++
			h.overdrawn = f.overdrawn
		}
	}
}

func (h *refusalHint) text() string {
	switch {
	case h.address != "":
		return fmt.Sprintf("usher domain approve %s; or import the other rows with --keep-going", domainOf(h.address))
	case h.missing > 0:
		return fmt.Sprintf("usher licence buy %s --seats %d; or import the other rows with --keep-going", h.plan, h.missing+h.overdrawn)
	}
	return ""
}

func domainOf(address string) string {
	e, err := account.ParseEmail(address)
	if err != nil {
		return "DOMAIN"
	}
	return e.Domain().String()
}
