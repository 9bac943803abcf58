//go:build unix

package plainfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestAFileIsMadeWrittenAndRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plain")
	made, err := Open(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|Strictly, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer made.Close()
	if _, err := made.WriteString("text"); err != nil {
		t.Fatal(err)
	}
	if info, err := made.Stat(); err != nil || info.Mode() != 0o600 {
		t.Errorf("got mode %v, error %v", info.Mode(), err)
	}
	flags, _, failed := syscall.Syscall(syscall.SYS_FCNTL, made.Fd(), syscall.F_GETFL, 0)
	if failed != 0 || flags&syscall.O_NONBLOCK != 0 {
		t.Errorf("reading and writing would not wait: flags %x, error %v", flags, failed)
	}
	read, err := Open(path, os.O_RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	if text, err := io.ReadAll(read); string(text) != "text" || err != nil {
		t.Errorf("got %q, error %v", text, err)
	}
}

func TestWhatIsNoPlainFile(t *testing.T) {
	dir := t.TempDir()
	link, pipe := filepath.Join(dir, "link"), filepath.Join(dir, "pipe")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{link: syscall.ELOOP, filepath.Join(dir, "none"): fs.ErrNotExist} {
		_, err := Open(path, os.O_RDONLY|Strictly, 0)
		var told *fs.PathError
		if !errors.Is(err, want) || !errors.As(err, &told) || told.Path != path {
			t.Errorf("%s: got %v, want %v", path, err, want)
		}
	}
	file, err := Open(pipe, os.O_RDONLY|Strictly, 0) // does not wait for who writes
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.Mode().IsRegular() {
		t.Errorf("a pipe passes for a plain file: %v", err)
	}
}
