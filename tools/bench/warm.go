package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// warmRace is a race of single commands on data that the kernel holds, as the
// goals are set for. It puts away what nobody has looked at for a while, which is
// most of a million users, of whom each round takes another. So every side's file
// is read through once before.
func (b *bench) warmRace(ctx context.Context, rounds int, contenders ...contender) ([]series, error) {
	files := []string{b.usher.database(), b.boltFile}
	if b.sqlite != nil {
		files = append(files, b.sqlite.database())
	}
	if b.kerberos != nil {
		files = append(files, filepath.Join(b.kerberos.folder, "principal"))
	}
	if b.ldap != nil {
		files = append(files, filepath.Join(b.ldap.folder, "data", "data.mdb"))
	}
	for _, file := range files {
		if err := readThrough(file); err != nil {
			return nil, err
		}
	}
	return race(ctx, rounds, contenders...)
}

// readThrough reads as much of a file as there is on the disk: slapd's is mostly a
// hole behind its data.
func readThrough(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	there := info.Size()
	if on, ok := info.Sys().(*syscall.Stat_t); ok {
		there = min(there, on.Blocks*512)
	}
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.LimitReader(f, there), make([]byte, 1<<20))
	return err
}
