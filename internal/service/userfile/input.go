package userfile

import (
	"bytes"
	"errors"
	"io"
)

// input is a text as a window that moves over it, and the line it is on.
// What the window holds has been read: bytes from pos to end of buf.
type input struct {
	r        io.Reader
	buf      []byte
	pos, end int
	err      error // why no more can be read
	line     int   // the line that pos is on, from 1
}

// newInput returns r with its window filled, so that a header line can be
// looked at before it is read.
func newInput(r io.Reader) *input {
	in := &input{r: r, buf: make([]byte, sampleSize), line: 1}
	in.end, in.err = io.ReadFull(r, in.buf)
	if errors.Is(in.err, io.ErrUnexpectedEOF) {
		in.err = io.EOF
	}
	return in
}

// more makes sure that the window is not empty; false: the text has ended.
func (in *input) more() bool {
	if in.pos < in.end {
		return true
	}
	in.pos, in.end = 0, 0
	for range 100 {
		if in.err != nil {
			return false
		}
		in.end, in.err = in.r.Read(in.buf)
		if in.end > 0 {
			return true
		}
	}
	in.err = io.ErrNoProgress
	return false
}

// failure returns why the text ended; nil at its proper end.
func (in *input) failure() error {
	if errors.Is(in.err, io.EOF) {
		return nil
	}
	return in.err
}

// window returns what has been read and not used.
func (in *input) window() []byte { return in.buf[in.pos:in.end] }

// endLine steps over the line break that pos is on: LF, CR LF or CR.
func (in *input) endLine() {
	c := in.buf[in.pos]
	in.pos++
	in.line++
	if c == '\r' && in.more() && in.buf[in.pos] == '\n' {
		in.pos++
	}
}

// readLine appends the rest of the line to dst, at most limit bytes of it, and
// reports whether that was all of it. The line break is stepped over.
func (in *input) readLine(dst []byte, limit int) (line []byte, whole bool) {
	whole = true
	for in.more() {
		w := in.window()
		n := bytes.IndexAny(w, "\r\n")
		found := n >= 0
		if !found {
			n = len(w)
		}
		take := min(n, limit-len(dst))
		whole = whole && take == n
		dst = append(dst, w[:take]...)
		in.pos += n
		if found {
			in.endLine()
			break
		}
	}
	return dst, whole
}
