package pagefile

import "io"

// source gives the bytes of a file. As long as few pages are asked for they are
// read one by one: a page that is mapped brings up to fifteen beside it into
// memory, and the end of a mapping has to be told to every processor.
type source struct {
	data []byte // the whole file, nil while it is not mapped
	size uint64

	file io.ReaderAt
	all  func() ([]byte, error) // maps the file
	held map[uint64][]byte      // the pages that were read, with what they overflow into
}

// few is how many pages are read before the file is mapped.
const few = 64

// whole returns all bytes.
func (s *source) whole() ([]byte, error) {
	if s.data == nil {
		data, err := s.all()
		if err != nil {
			return nil, damage("its pages cannot be read: %v", err)
		}
		s.data, s.held = data, nil
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
	if body := s.held[id]; body != nil {
		h := readHeader(body)
		return h, body, check(h)
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
	s.held[id] = body
	return h, body, nil
}

func (s *source) read(at, size uint64) ([]byte, error) {
	body := make([]byte, size)
	if _, err := s.file.ReadAt(body, int64(at)); err != nil {
		return nil, damage("its pages cannot be read: %v", err)
	}
	return body, nil
}
