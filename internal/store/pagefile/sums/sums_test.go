package sums

import (
	"bytes"
	"errors"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// sector is how much a disk writes as a whole.
const sector = 512

// disk is a file in memory that remembers what was written to it.
type disk struct {
	sectors map[int64][sector]byte // those that are not there are empty
	writes  []write
}

type write struct {
	at   int64
	data []byte // nil: the file is emptied
}

func newDisk() *disk { return &disk{sectors: map[int64][sector]byte{}} }

func (d *disk) ReadAt(p []byte, at int64) (int, error) {
	for n := 0; n < len(p); {
		s := d.sectors[(at+int64(n))/sector]
		n += copy(p[n:], s[(at+int64(n))%sector:])
	}
	return len(p), nil
}

func (d *disk) WriteAt(p []byte, at int64) (int, error) {
	d.apply(write{at, append([]byte{}, p...)})
	return len(p), nil
}

func (d *disk) Truncate(size int64) error {
	if size != 0 {
		return errors.New("it is only ever emptied")
	}
	d.apply(write{})
	return nil
}

func (d *disk) apply(w write) {
	d.writes = append(d.writes, w)
	if w.data == nil {
		clear(d.sectors)
	}
	for n := 0; n < len(w.data); {
		at := w.at + int64(n)
		s := d.sectors[at/sector]
		n += copy(s[at%sector:], w.data[n:])
		d.sectors[at/sector] = s
	}
}

// history is a file of checks with what they were in each state it went through.
type history struct {
	disk   *disk
	states []State
	models []map[uint64]uint64
	begun  []int // of the writes that lead to a state
}

// live lets the file go through some states.
func live(t *rapid.T) *history {
	h := &history{disk: newDisk()}
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "life"), 0))
	model := map[uint64]uint64{}
	some := func() (pages []Page) {
		far := []uint64{40, 2000, 600_000, 20_000_000}[random.IntN(4)]
		for range 1 + random.IntN(30) {
			p := Page{random.Uint64N(far), 1 + random.Uint64N(1<<60)}
			pages = append(pages, p)
			model[p.ID] = p.Sum
		}
		return pages
	}
	for i := range 1 + random.IntN(8) {
		state := State{uint64(i + 1), random.Uint64()}
		h.begun = append(h.begun, len(h.disk.writes))
		var err error
		if i == 0 || random.IntN(6) == 0 {
			model = map[uint64]uint64{}
			err = Write(h.disk, state, some())
		} else {
			var s *Sums
			if s, err = Open(h.disk); err == nil {
				err = s.Update(h.disk, state, some())
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		h.states, h.models = append(h.states, state), append(h.models, maps.Clone(model))
	}
	return h
}

// judge opens what a file has become. It must be of no use, or of one of the
// states; of what it then tells all must be true.
func (h *history) judge(t *rapid.T, d *disk) (state int, told int) {
	s, err := Open(d)
	if err != nil {
		return -1, 0
	}
	for i, state := range h.states {
		if s.State() != state {
			continue
		}
		for _, model := range h.models {
			for id := range model {
				sum, known := s.Sum(id)
				if known && sum != h.models[i][id] {
					t.Fatalf("state %d: page %d has check %d, want %d", i, id, sum, h.models[i][id])
				}
				if known {
					told++
				}
			}
		}
		return i, told
	}
	t.Fatalf("it shows state %v, which never was", s.State())
	return 0, 0
}

func TestTheFileTellsTheChecksOfItsState(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := live(t)
		all := 0
		for _, m := range h.models {
			all += len(m)
		}
		if state, told := h.judge(t, h.disk); state != len(h.states)-1 || told != all {
			t.Errorf("it is of state %d and tells %d checks, want %d and %d", state, told, len(h.states)-1, all)
		}
	})
}

func TestAProcessThatEndsWithinLeavesTheOldStateOrNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := live(t)
		last := h.begun[len(h.begun)-1]
		d := newDisk()
		for _, w := range h.disk.writes[:rapid.IntRange(last, len(h.disk.writes)-1).Draw(t, "writes")] {
			d.apply(w)
		}
		if state, _ := h.judge(t, d); state == len(h.states)-1 {
			t.Error("it is of the new state before its last write")
		}
	})
}

func TestLostPowerLeavesOneStateOrNone(t *testing.T) {
	useful := 0
	rapid.Check(t, func(t *rapid.T) {
		h := live(t)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 20 {
			d := h.lose(random)
			if state, told := h.judge(t, d); state >= 0 && told > 0 {
				useful++
			}
		}
	})
	if useful == 0 {
		t.Error("no file was of use: the test tells nothing")
	}
}

// lose returns the file with each sector as it was at some time.
func (h *history) lose(random *rand.Rand) *disk {
	versions := map[int64][][sector]byte{}
	d := newDisk()
	for _, w := range h.disk.writes {
		d.apply(w)
		for at := w.at; at < w.at+int64(len(w.data)); at += sector - at%sector {
			versions[at/sector] = append(versions[at/sector], d.sectors[at/sector])
		}
	}
	lost := random.IntN(6)
	for s, all := range versions {
		if random.IntN(6) < lost {
			d.sectors[s] = all[random.IntN(len(all))]
		}
	}
	return d
}

func TestADamagedFileTellsNothingThatIsWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := live(t)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		for range 20 {
			d := &disk{sectors: maps.Clone(h.disk.sectors)}
			all := slices.Sorted(maps.Keys(d.sectors))
			if random.IntN(3) == 0 {
				for _, s := range all[random.IntN(len(all)):] {
					delete(d.sectors, s)
				}
			}
			which := all[random.IntN(len(all))]
			s := d.sectors[which]
			s[random.IntN(sector)] ^= byte(1 + random.IntN(255))
			d.sectors[which] = s
			h.judge(t, d)
		}
	})
}

func TestAFileOfAnotherFormIsOfNoUse(t *testing.T) {
	d := newDisk()
	if err := Write(d, State{3, 4}, []Page{{2, 5}}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(d); err != nil {
		t.Errorf("as it was written: got error %v, want none", err)
	}
	_, _ = d.WriteAt([]byte("ushrsum1"), 0)
	if _, err := Open(d); err == nil {
		t.Error("got no error for the first form")
	}
}

func FuzzOpen(f *testing.F) {
	d := newDisk()
	if err := Write(d, State{3, 4}, []Page{{2, 5}, {600, 6}}); err != nil {
		f.Fatal(err)
	}
	seed := make([]byte, rootSize+3*nodeSize)
	d.ReadAt(seed, 0)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Open(bytes.NewReader(data))
		if err != nil {
			return
		}
		for _, id := range []uint64{0, 2, 600, 1 << 40, 1<<64 - 1} {
			s.Sum(id)
		}
	})
}
