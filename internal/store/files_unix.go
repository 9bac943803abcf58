//go:build unix

package store

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"
)

// ownGroup reports whether a folder's group is the owner's private one, by the
// custom that both have the same number.
func ownGroup(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Gid == stat.Uid
}

// sameOwner gives a new file to the owner of an old one, where root works on
// somebody else's. Where there is no old one it belongs to who made it.
func sameOwner(file *os.File, old string) error {
	info, err := os.Stat(old)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(stat.Uid) == os.Geteuid() {
		return nil
	}
	return file.Chown(int(stat.Uid), int(stat.Gid))
}

// isFull reports whether err says that there is no room: disk, quota or the
// largest file a process may write. The engine keeps only the words of an error
// that it met while the file grew.
func isFull(err error) bool {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) || err != nil && strings.HasSuffix(err.Error(), ": "+full.Error()) {
			return true
		}
	}
	return false
}

// closeWritten closes a file that was written to, with what came of it.
func closeWritten(file *os.File, err error) error {
	if closed := file.Close(); err == nil {
		err = closed
	}
	return err
}

// syncFolder makes a folder's new and renamed names durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only flushed
	return f.Sync()
}

// mapFile makes the first bytes of a file readable as memory.
func mapFile(file *os.File, size int64) ([]byte, error) {
	data, err := syscall.Mmap(int(file.Fd()), 0, int(size), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		return nil, &fs.PathError{Op: "map", Path: file.Name(), Err: err}
	}
	return data, nil
}

// unmapFile gives back what mapFile made, if anything.
func unmapFile(data []byte) {
	if data != nil {
		_ = syscall.Munmap(data)
	}
}

// duplicate returns a second handle of an open file, which may have no name.
func duplicate(file *os.File) (*os.File, error) {
	fd, err := syscall.Dup(int(file.Fd()))
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	return os.NewFile(uintptr(fd), file.Name()), nil
}
