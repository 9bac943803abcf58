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

// write is append for much at once, which needs no gathering.
func (s *sink) write(p []byte) error {
	if len(s.buf)+len(p) < spillAt {
		s.buf = append(s.buf, p...)
		return s.err
	}
	if err := s.flush(); err != nil {
		return err
	}
	return s.put(p)
}

// flush writes what has been gathered.
func (s *sink) flush() error {
	if s.err != nil || len(s.buf) == 0 {
		return s.err
	}
	err := s.put(s.buf)
	s.buf = s.buf[:0]
	return err
}

// put hands bytes to the writer.
func (s *sink) put(p []byte) error {
	n, err := s.w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	s.err = err
	return err
}
