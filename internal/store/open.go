package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// engineWait bounds the wait for the engine's own lock on the file. Usher's
// processes never meet there, they queue at the lock file; a foreign program
// that opens the file with bbolt might.
const engineWait = time.Second

// open opens the file with the engine after looking at what it is.
func (s *Store) open(o *bbolt.Options) (*bbolt.DB, error) {
	o.OpenFile = openExisting
	db, err := bbolt.Open(s.path, 0o600, o)
	if err != nil {
		return nil, s.sortOpenError(err)
	}
	return db, nil
}

func engineOptions(readOnly bool) *bbolt.Options {
	return &bbolt.Options{Timeout: engineWait, ReadOnly: readOnly, FreelistType: bbolt.FreelistMapType}
}

// notUsher and exposed carry a verdict on the opened file through the engine.
type (
	notUsher struct {
		why  string
		form bool // no file of usher's can have become so by damage
	}
	exposed struct {
		path string
		mode fs.FileMode
	}
)

func (e notUsher) Error() string { return e.why }
func (e exposed) Error() string  { return e.path + " is exposed" }

// openExisting opens a file that is there and looks at the opened file itself,
// not at its name, so that nobody can swap it in between.
func openExisting(path string, flag int, _ fs.FileMode) (*os.File, error) {
	file, err := os.OpenFile(path, flag&^os.O_CREATE|plainly, 0)
	switch {
	case isNoFile(err):
		return nil, notUsher{why: "it is not a regular file", form: true}
	case err != nil:
		return nil, err
	}
	if err := inspect(file); err != nil {
		file.Close() //nolint:errcheck // only read
		return nil, err
	}
	return file, nil
}

func inspect(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return notUsher{why: "it is not a regular file", form: true}
	}
	if info.Mode().Perm()&0o022 != 0 {
		return exposed{file.Name(), info.Mode()}
	}
	if err := inspectFolder(filepath.Dir(file.Name())); err != nil {
		return err
	}
	return inspectMeta(file, info.Size())
}

// inspectFolder refuses a folder where others could replace the file. A sticky
// one (/tmp) keeps them from it, and a group of the owner's own is nobody else.
func inspectFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	mode := info.Mode()
	if mode&fs.ModeSticky != 0 {
		return nil
	}
	if mode.Perm()&0o002 != 0 || mode.Perm()&0o020 != 0 && !ownGroup(info) {
		return exposed{dir, mode}
	}
	return nil
}

// The engine's meta pages, as far as they tell whose file it is: magic and
// version stand behind the page's header.
const (
	metaMagic   = 0xED0CDAED
	metaOffset  = 16
	metaTxid    = metaOffset + 48
	metaSize    = metaOffset + 64
	minPageSize = 1024
	maxPageSize = 64 << 10
)

// inspectMeta tells a foreign file, which has no meta page, from a damaged
// one. It also keeps the engine from taking an empty file for a new database.
func inspectMeta(file io.ReaderAt, size int64) error {
	if size == 0 {
		return notUsher{why: "it is empty"}
	}
	if _, ok := scanMeta(file); !ok {
		return notUsher{why: "it does not begin as one"}
	}
	return nil
}

// scanMeta looks at both meta pages of every page size and returns the newest
// transaction number that stands beside a magic.
func scanMeta(file io.ReaderAt) (newest uint64, found bool) {
	var page [metaSize]byte
	for at := int64(0); at <= maxPageSize; at = max(minPageSize, 2*at) {
		if _, err := file.ReadAt(page[:], at); err != nil {
			break
		}
		if binary.NativeEndian.Uint32(page[metaOffset:]) == metaMagic {
			newest = max(newest, binary.NativeEndian.Uint64(page[metaTxid:]))
			found = true
		}
	}
	return newest, found
}

// newestTransaction returns the number of the newest transaction the file's
// meta pages show.
func newestTransaction(path string) (uint64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close() //nolint:errcheck // only read
	newest, found := scanMeta(file)
	if !found {
		return 0, fmt.Errorf("no meta page in %q", path)
	}
	return newest, nil
}

// sortOpenError turns the engine's error into one of usher's.
func (s *Store) sortOpenError(err error) error {
	var foreign notUsher
	var open exposed
	switch {
	case errors.As(err, &foreign):
		return s.foreignOrDamaged(foreign)
	case errors.As(err, &open):
		return exposedError(open.path, open.mode)
	case errors.Is(err, berrors.ErrTimeout):
		return busyByForeign(s.path)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch), errors.Is(err, io.ErrUnexpectedEOF):
		return damagedError(s.path, "its meta pages cannot be read")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		return openError(s.path, err)
	}
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return openError(s.path, err)
	}
	return damagedError(s.path, err.Error())
}

// foreignOrDamaged decides by the anchor: beside one stood a database.
func (s *Store) foreignOrDamaged(found notUsher) error {
	if _, err := readAnchor(s.path); err == nil && !found.form {
		return damagedError(s.path, found.why)
	}
	return foreignError(s.path, found.why)
}
