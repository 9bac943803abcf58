package service

import (
	"encoding/binary"
	"hash/maphash"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store/scratch"
)

// spool holds the rows of a file between their check, when nothing is locked,
// and their writing: the file may come from a pipe and cannot be read twice. It
// keeps them in a scratch file, and a dozen bytes a row in memory.
type spool struct {
	records *records
	rows    int
	room    []byte
	seed    maphash.Seed
	table   []uint64 // by the hash of an address: where the row stands, over 28 bits of the hash
}

const spoolHashBits = 28

func newSpool(file *scratch.File) *spool {
	return &spool{records: newRecords(file), seed: maphash.MakeSeed(), table: make([]uint64, 1<<10)}
}

// add keeps a row.
func (s *spool) add(r *importRow) error {
	s.remember(s.hash(r.Email), s.records.size())
	s.rows++
	if 2*s.rows > len(s.table) {
		s.grow()
	}
	s.room = r.append(s.room[:0])
	_, err := s.records.add(s.room)
	return err
}

func (s *spool) hash(e account.Email) uint64 {
	return maphash.String(s.seed, string(e)) & (1<<spoolHashBits - 1)
}

func (s *spool) remember(hash uint64, offset int64) {
	i := s.slot(hash)
	for s.table[i] != 0 {
		i = (i + 1) % len(s.table)
	}
	s.table[i] = uint64(offset+1)<<spoolHashBits | hash
}

func (s *spool) slot(hash uint64) int { return int(hash) % len(s.table) }

func (s *spool) grow() {
	old := s.table
	s.table = make([]uint64, 2*len(old))
	for _, entry := range old {
		if entry != 0 {
			s.remember(entry&(1<<spoolHashBits-1), int64(entry>>spoolHashBits)-1)
		}
	}
}

// find returns the number of the row that an address stands in, 0 for none.
func (s *spool) find(e account.Email) (int, error) {
	hash := s.hash(e)
	for i := s.slot(hash); s.table[i] != 0; i = (i + 1) % len(s.table) {
		if s.table[i]&(1<<spoolHashBits-1) != hash {
			continue
		}
		row, _, err := s.read(int64(s.table[i]>>spoolHashBits)-1, 0)
		if err != nil || row.Email == e {
			return row.number, err
		}
	}
	return 0, nil
}

// forget gives back the table of addresses: no row is looked for any more.
func (s *spool) forget() { s.table = nil }

// each calls fn with the rows in the order they were added. A row holds until fn
// returns, its texts stay.
func (s *spool) each(fn func(*importRow) error) error {
	var row importRow
	for offset := int64(0); offset < s.records.size(); {
		var err error
		if row, offset, err = s.read(offset, recordsAhead); err != nil {
			return err
		}
		if err := fn(&row); err != nil {
			return err
		}
	}
	return nil
}

// read returns the row at an offset, and where the next one begins. It reads at
// least ahead bytes where it has to read at all.
func (s *spool) read(offset int64, ahead int) (importRow, int64, error) {
	record, next, err := s.records.read(offset, ahead)
	if err != nil {
		return importRow{}, 0, err
	}
	return readImportRow(string(record)), next, nil
}

// texts lists what a row says in words.
func (r *importRow) texts() [10]string {
	return [...]string{
		string(r.Email), r.FirstName, r.LastName, string(r.Type), string(r.Role), string(r.Site),
		r.Directory, string(r.Locale), string(r.Plan), r.hash,
	}
}

// What a row says besides its texts.
const (
	spoolSuspended = 1 << iota
	spoolBad
)

// append appends the row's bytes to dst.
func (r *importRow) append(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(r.number))
	var flags byte
	if r.suspended {
		flags |= spoolSuspended
	}
	if r.bad {
		flags |= spoolBad
	}
	dst = append(dst, flags)
	for _, text := range r.texts() {
		dst = appendCounted(dst, text)
	}
	return dst
}

// readImportRow reads what append wrote; the texts share its memory.
func readImportRow(s string) (r importRow) {
	in := textReader{s}
	r.number = int(in.number())
	r.suspended, r.bad = in.rest[0]&spoolSuspended != 0, in.rest[0]&spoolBad != 0
	in.rest = in.rest[1:]
	r.Email = account.Email(in.text())
	r.FirstName, r.LastName = in.text(), in.text()
	r.Type, r.Role, r.Site = account.UserType(in.text()), account.RoleName(in.text()), account.Slug(in.text())
	r.Directory, r.Locale, r.Plan = in.text(), account.Locale(in.text()), account.PlanName(in.text())
	r.hash = in.text()
	return r
}
