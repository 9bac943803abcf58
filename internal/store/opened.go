package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/store/pagefile"
	"github.com/usher-admin/usher/internal/store/pagefile/sums"
	"github.com/usher-admin/usher/internal/store/scratch"
)

// opened is the database file while one transaction works on it.
type opened struct {
	file     *os.File
	alone    bool   // nobody else works on it
	size     int64  // of the file when it was opened
	data     []byte // the file, mapped once many of its pages are read
	tree     *pagefile.Reader
	sumsFile *os.File   // nil if there is none
	readOnly error      // why the page checks cannot be written
	sums     *sums.Sums // nil if there are none of its state
	written  uint64     // the transaction of the page checks, of whatever state

	db      *bbolt.DB     // the engine, once it was opened to write; it closes the file
	scratch *scratch.File // takes what a large change has no room for in memory
}

// open opens the file after looking at what it is, and locks it against other
// programs of the engine: to read, or, with alone, to write.
func (s *Store) open(alone bool) (*opened, error) {
	flag := os.O_RDONLY
	if alone {
		flag = os.O_RDWR
	}
	file, err := openExisting(s.path, flag)
	if err != nil {
		return nil, s.sortOpenError(err)
	}
	o := &opened{file: file, alone: alone, scratch: s.Scratch()}
	if err := o.read(); err != nil {
		o.close()
		return nil, s.sortOpenError(err)
	}
	if s.unanchored {
		return o, nil
	}
	if err := s.openSums(o); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// mapAll maps the file as it was when it was opened.
func (o *opened) mapAll() (data []byte, err error) {
	o.data, err = mapFile(o.file, o.size)
	return o.data, err
}

// read finds the file's tree of keys.
func (o *opened) read() error {
	if err := lockEngine(o.file, o.alone); err != nil {
		return err
	}
	info, err := o.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return notUsher{why: "it is empty"}
	}
	o.size = info.Size()
	if o.tree, err = pagefile.OpenFile(o.file, o.size, o.mapAll); err == nil {
		return nil
	}
	if foreign := inspectMeta(o.file, info.Size()); foreign != nil {
		return foreign
	}
	return err
}

// committed returns the tree of keys as it is after a commit. done gives it back.
func (o *opened) committed() (tree *pagefile.Reader, done func(), err error) {
	info, err := o.file.Stat()
	if err != nil {
		return nil, nil, err
	}
	var data []byte
	tree, err = pagefile.OpenFile(o.file, info.Size(), func() (_ []byte, err error) {
		data, err = mapFile(o.file, info.Size())
		return data, err
	})
	done = func() { unmapFile(data) }
	if err != nil {
		done()
	}
	return tree, done, err
}

// mostlyFree reports whether a file of some size holds nothing in half of its
// pages.
func (o *opened) mostlyFree() (bool, error) {
	const least = 16 << 20
	if o.size < least {
		return false, nil
	}
	share, err := o.tree.FreeShare()
	return share > 0.5, err
}

// close gives back what open took, and its lock; but for what the engine mapped.
func (o *opened) close() {
	unmapFile(o.data)
	_ = o.closeSums() // what was written to it is closed already
	_ = o.scratch.Close()
	if o.db != nil {
		_ = unlock(o.file)
		return
	}
	_ = o.file.Close()
}

// unmapEngine takes off what the engine mapped, if it was opened, and closes the
// file. Every processor that the process ran on has to hear of that, so it is done
// once the locks were given back.
func (o *opened) unmapEngine() {
	if o != nil && o.db != nil {
		_ = o.db.Close() // the commit told what there is to tell
	}
}

func (o *opened) closeSums() (err error) {
	if o.sumsFile != nil {
		err = o.sumsFile.Close()
	}
	o.sumsFile, o.sums = nil, nil
	return err
}

// engine opens the file with the engine, to write. The file that was looked at
// is the one it gets, so that nobody can swap it in between.
func (o *opened) engine() (*bbolt.DB, error) {
	free, err := o.tree.TouchFreelist()
	if err != nil {
		return nil, err
	}
	options := &bbolt.Options{Timeout: engineWait, FreelistType: bbolt.FreelistMapType}
	if free <= fewFree {
		options.FreelistType = bbolt.FreelistArrayType
	}
	options.OpenFile = func(string, int, fs.FileMode) (*os.File, error) { return o.file, nil }
	o.db, err = bbolt.Open(o.file.Name(), 0o600, options)
	return o.db, err
}

// fewFree is how many free pages the engine looks through one by one. It puts
// more of them into maps, which is slow to begin with.
const fewFree = 1000

// engineWait bounds the wait for the engine's own lock on the file. Usher's
// processes never meet there, they queue at the lock file; a foreign program
// that opens the file with bbolt might. enginePause is how often it is tried.
const (
	engineWait  = time.Second
	enginePause = 50 * time.Millisecond
)

// errForeignLock says that another program holds the engine's lock.
var errForeignLock = errors.New("another program has the file open")

// lockEngine takes the engine's own lock on the file.
func lockEngine(file *os.File, alone bool) error {
	for waited := time.Duration(0); ; waited += enginePause {
		err := flock(file, alone, false)
		switch {
		case err == nil:
			return nil
		case !isLocked(err):
			return fmt.Errorf("cannot lock %q: %w", file.Name(), err)
		case waited >= engineWait:
			return errForeignLock
		}
		time.Sleep(enginePause)
	}
}
