package pagefile

import (
	"io"
	"slices"
)

// source gives the bytes of a file. As long as few pages are asked for they are
// read one by one: a page that is mapped brings up to fifteen beside it into
// memory, and the end of a mapping has to be told to every processor.
type source struct {
	data []byte // the whole file, nil while it is not mapped
	size uint64

	file  io.ReaderAt
	all   func() ([]byte, error) // maps the file
	held  []held                 // the pages that were read
	room  []byte                 // that pages to come are cut from
	spare [][]byte               // of pages that were given back
}

// held is a page in memory, with what it overflows into.
type held struct {
	id   uint64
	body []byte
}

// few is how many pages are held before the file is mapped.
const few = 64

// roomPages is how many pages get their memory together.
const roomPages = 16

func newSource(file io.ReaderAt, size uint64, all func() ([]byte, error)) *source {
	return &source{file: file, size: size, all: all, held: make([]held, 0, few)}
}

// find returns where in held a page is, -1 if it is not.
func (s *source) find(id uint64) int {
	return slices.IndexFunc(s.held, func(h held) bool { return h.id == id })
}

// whole returns all bytes.
func (s *source) whole() ([]byte, error) {
	if s.data == nil {
		data, err := s.all()
		if err != nil {
			return nil, damage("its pages cannot be read: %v", err)
		}
		s.data, s.held, s.room, s.spare = data, nil, nil, nil
	}
	return s.data, nil
}

// begin returns the first bytes of the file, at most so many.
func (s *source) begin(most uint64) ([]byte, error) {
	if s.data != nil {
		return s.data, nil
	}
	return s.read(0, min(most, s.size))
}

// run returns the bytes of a page of some size with what it overflows into; check
// looks at the header before its words are believed.
func (s *source) run(id, size uint64, check func(header) error) (header, []byte, error) {
	if i := s.find(id); i >= 0 {
		h := readHeader(s.held[i].body)
		return h, s.held[i].body, check(h)
	}
	if s.data == nil && len(s.held) == few {
		if _, err := s.whole(); err != nil {
			return header{}, nil, err
		}
	}
	if s.data != nil {
		h := readHeader(s.data[id*size:])
		if err := check(h); err != nil {
			return h, nil, err
		}
		return h, s.data[id*size : (id+1+uint64(h.overflow))*size], nil
	}
	body, err := s.read(id*size, size)
	if err != nil {
		return header{}, nil, err
	}
	h := readHeader(body)
	if err := check(h); err != nil {
		return h, nil, err
	}
	if h.overflow > 0 {
		if body, err = s.read(id*size, (1+uint64(h.overflow))*size); err != nil {
			return h, nil, err
		}
	}
	s.held = append(s.held, held{id, body})
	return h, body, nil
}

// release gives back the memory of a page that nobody looks at any more.
func (s *source) release(id uint64) {
	if i := s.find(id); i >= 0 {
		s.giveBack(s.held[i].body)
		s.held = slices.Delete(s.held, i, i+1)
	}
}

// giveBack keeps memory for pages to come.
func (s *source) giveBack(body []byte) {
	for ; len(body) >= usualPage; body = body[usualPage:] {
		s.spare = append(s.spare, body[:usualPage:usualPage])
	}
}

// take returns memory for a page. What a process never had in its hands before is
// dear: the kernel finds and empties each page of it when it is touched.
func (s *source) take(size uint64) []byte {
	if n := len(s.spare); n > 0 && size == usualPage {
		body := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return body
	}
	if size > usualPage {
		return make([]byte, size)
	}
	if uint64(len(s.room)) < size {
		s.room = make([]byte, roomPages*usualPage)
	}
	body := s.room[:size:size]
	s.room = s.room[size:]
	return body
}

func (s *source) read(at, size uint64) ([]byte, error) {
	body := s.take(size)
	if _, err := s.file.ReadAt(body, int64(at)); err != nil {
		return nil, damage("its pages cannot be read: %v", err)
	}
	return body, nil
}
