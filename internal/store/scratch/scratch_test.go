package scratch

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os"
	"testing"

	"pgregory.net/rapid"
)

// in returns a file in dir, and where the bytes on the disk can be seen.
func in(dir string, random io.Reader) (*File, **os.File) {
	made := new(*os.File)
	return New(func() (file *os.File, err error) {
		*made, err = create(dir)
		return *made, err
	}, random), made
}

// create makes a file and takes its name away.
func create(dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, "scratch")
	if err == nil {
		err = os.Remove(file.Name())
	}
	return file, err
}

func TestWhatIsWrittenCanBeReadAnywhere(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		f, _ := in(dir, rand.Reader)
		defer f.Close()
		var all []byte
		for range rapid.IntRange(1, 8).Draw(t, "writes") {
			part := make([]byte, rapid.IntRange(0, 200_000).Draw(t, "size"))
			_, _ = rand.Read(part)
			if n, err := f.Write(part); n != len(part) || err != nil {
				t.Fatalf("wrote %d of %d, %v", n, len(part), err)
			}
			all = append(all, part...)
		}
		if f.Size() != int64(len(all)) {
			t.Fatalf("size %d, want %d", f.Size(), len(all))
		}
		for range 10 {
			from := rapid.IntRange(0, len(all)).Draw(t, "from")
			got := make([]byte, rapid.IntRange(0, len(all)-from).Draw(t, "length"))
			if _, err := f.ReadAt(got, int64(from)); err != nil || !bytes.Equal(got, all[from:from+len(got)]) {
				t.Fatalf("%d bytes from %d are not those written, %v", len(got), from, err)
			}
		}
		if _, err := f.ReadAt(make([]byte, 2), int64(max(len(all)-1, 0))); !errors.Is(err, io.EOF) {
			t.Fatalf("reading beyond the end: %v, want EOF", err)
		}
	})
}

func TestNothingLegibleReachesTheDiskAndNoNameIsLeft(t *testing.T) {
	dir := t.TempDir()
	f, made := in(dir, rand.Reader)
	defer f.Close()
	secret := bytes.Repeat([]byte("a hash of a password, "), bufferSize/10)
	if _, err := f.Write(secret[:1000]); err != nil || *made != nil {
		t.Fatalf("%v; a file was made for 1000 bytes: %v", err, *made != nil)
	}
	if _, err := f.Write(secret[1000:]); err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 0 {
		t.Errorf("there are %d names in the folder, %v; want none", len(names), err)
	}
	raw := make([]byte, bufferSize)
	if _, err := (*made).ReadAt(raw, 0); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, secret[:8]) {
		t.Error("what was written can be read on the disk")
	}
	info, err := (*made).Stat()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v; want 0600", info.Mode(), err)
	}
}

func TestAFileThatCannotBeMadeIsAnError(t *testing.T) {
	dir := t.TempDir()
	refused := errors.New("refused")
	for name, f := range map[string]*File{
		"no file":       New(func() (*os.File, error) { return nil, refused }, rand.Reader),
		"no randomness": New(func() (*os.File, error) { return create(dir) }, bytes.NewReader(nil)),
	} {
		if _, err := f.Write(make([]byte, bufferSize)); err == nil {
			t.Errorf("%s: writing was no error", name)
		}
		if err := f.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
