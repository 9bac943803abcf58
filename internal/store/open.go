package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/usher-admin/usher/internal/plainfile"
	"github.com/usher-admin/usher/internal/store/pagefile"
)

// notUsher and exposed are verdicts on the opened file.
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
func openExisting(path string, flag int) (*os.File, error) {
	file, err := plainfile.Open(path, flag|plainfile.Strictly, 0)
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
	return inspectFolder(filepath.Dir(file.Name()))
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
// one.
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

// sortOpenError turns what kept the file from being opened into one of usher's
// errors.
func (s *Store) sortOpenError(err error) error {
	var foreign notUsher
	var open exposed
	var damage *pagefile.Damage
	var pathError *fs.PathError
	switch {
	case errors.As(err, &foreign):
		return s.foreignOrDamaged(foreign)
	case errors.As(err, &open):
		return exposedError(open.path, open.mode)
	case errors.Is(err, errForeignLock):
		return busyByForeign(s.path)
	case errors.Is(err, pagefile.ErrForeign):
		return foreignError(s.path, err.Error())
	case errors.As(err, &damage):
		return damagedError(s.path, damage.Error())
	case errors.As(err, &pathError):
		return openError(s.path, err)
	}
	return fmt.Errorf("cannot open the database %q: %w", s.path, err)
}

// foreignOrDamaged decides by the anchor: beside one stood a database.
func (s *Store) foreignOrDamaged(found notUsher) error {
	if _, err := readAnchor(s.path); err == nil && !found.form {
		return damagedError(s.path, found.why)
	}
	return foreignError(s.path, found.why)
}
