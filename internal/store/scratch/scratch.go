// Package scratch holds what does not fit into memory for as long as it is
// worked on. What is written goes to a file that nobody can open, since its name
// is removed as soon as it is made, and is encrypted under a key that is never
// written down: whatever is left of it on the disk can be read by nobody.
package scratch

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"io"
	"os"
)

// File is a row of bytes that grows at its end and can be read anywhere. What
// fits into its buffer never reaches the disk. It is for one goroutine.
type File struct {
	// Refused makes the error of a file that could not be made, or written, one
	// that says what to do about it; nil leaves it as it is.
	Refused func(error) error

	create func() (*os.File, error)
	random io.Reader
	file   *os.File
	block  cipher.Block
	out    cipher.Stream
	buf    []byte
	bytes  int64 // of which are in file
	sealed []byte
}

// bufferSize is how much is held in memory; a multiple of the cipher's block.
const bufferSize = 256 << 10

// New returns an empty file, which calls create for an open file without a name
// when it needs one, and takes its key from random then.
func New(create func() (*os.File, error), random io.Reader) *File {
	return &File{create: create, random: random}
}

// Size returns how many bytes were written.
func (f *File) Size() int64 { return f.bytes + int64(len(f.buf)) }

// Write appends p.
func (f *File) Write(p []byte) (int, error) {
	written := len(p)
	for len(p) > 0 {
		if f.buf == nil {
			f.buf = make([]byte, 0, bufferSize)
		}
		n := min(len(p), bufferSize-len(f.buf))
		f.buf = append(f.buf, p[:n]...)
		p = p[n:]
		if len(f.buf) == bufferSize {
			if err := f.flush(); err != nil {
				return 0, f.refused(err)
			}
		}
	}
	return written, nil
}

func (f *File) refused(err error) error {
	if f.Refused == nil {
		return err
	}
	return f.Refused(err)
}

// flush writes a full buffer to the file.
func (f *File) flush() error {
	if err := f.open(); err != nil {
		return err
	}
	f.out.XORKeyStream(f.sealed, f.buf)
	if _, err := f.file.WriteAt(f.sealed, f.bytes); err != nil {
		return err
	}
	f.bytes += int64(len(f.buf))
	f.buf = f.buf[:0]
	return nil
}

func (f *File) open() (err error) {
	if f.file != nil {
		return nil
	}
	var key [16]byte
	if _, err := io.ReadFull(f.random, key[:]); err != nil {
		return err
	}
	if f.block, err = aes.NewCipher(key[:]); err != nil {
		return err
	}
	f.out, f.sealed = f.stream(0), make([]byte, bufferSize)
	f.file, err = f.create()
	return err
}

// stream returns the key stream from an offset that is a multiple of the
// cipher's block. The key is used for one file only, so it may begin at zero.
func (f *File) stream(offset int64) cipher.Stream {
	var counter [aes.BlockSize]byte
	binary.BigEndian.PutUint64(counter[8:], uint64(offset/aes.BlockSize))
	return cipher.NewCTR(f.block, counter[:])
}

// ReadAt reads len(p) bytes from an offset; fewer are io.EOF.
func (f *File) ReadAt(p []byte, offset int64) (int, error) {
	n := 0
	if offset < f.bytes {
		n = int(min(int64(len(p)), f.bytes-offset))
		if _, err := f.file.ReadAt(p[:n], offset); err != nil {
			return 0, err
		}
		f.decrypt(p[:n], offset)
	}
	if at := offset + int64(n) - f.bytes; n < len(p) && at < int64(len(f.buf)) {
		n += copy(p[n:], f.buf[at:])
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (f *File) decrypt(p []byte, offset int64) {
	into := int(offset % aes.BlockSize)
	s := f.stream(offset - int64(into))
	var skipped [aes.BlockSize]byte
	s.XORKeyStream(skipped[:into], skipped[:into])
	s.XORKeyStream(p, p)
}

// Close gives back the file; what it held is gone.
func (f *File) Close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
