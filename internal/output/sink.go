package output

import "io"

// spillAt is how many bytes are gathered before they are written.
const spillAt = 32 << 10

// sink gathers what is appended to buf and writes it in large pieces. The
// first error of the writer stays, and comes back unchanged.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

// spill writes what has been gathered if that is much.
func (s *sink) spill() error {
	if len(s.buf) < spillAt {
		return s.err
	}
	return s.flush()
}

// flush writes what has been gathered.
func (s *sink) flush() error {
	if s.err != nil || len(s.buf) == 0 {
		return s.err
	}
	n, err := s.w.Write(s.buf)
	if err == nil && n < len(s.buf) {
		err = io.ErrShortWrite
	}
	s.buf, s.err = s.buf[:0], err
	return err
}
