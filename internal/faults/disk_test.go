package faults

import (
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// This file is a disk that may lose its power. What was flushed is there
// afterwards; of what was not, any part may be, in any order. It promises less
// than real disks do: a file's flush makes its content last but not its name, a
// folder's flush makes names last but no content, and a write that was not
// flushed may be there in some sectors of 512 bytes and not in others.

const sector = 512

// inode is a file whatever its names are.
type inode struct {
	name  string // the first
	bytes []byte // as the running system sees it
	kept  []byte // as it is for certain
	loose []deed // writes and truncations since the last flush
}

// disk is all files of a world.
type disk struct {
	now   map[string]*inode // by name, as the running system sees it
	kept  map[string]*inode // names that are there for certain
	dirs  map[string]bool
	loose []deed // changes of names since their folder was flushed
}

// newDisk reads a world that has lain on the disk for long.
func newDisk(w world) (*disk, error) {
	d := &disk{now: map[string]*inode{}, dirs: map[string]bool{}}
	err := filepath.WalkDir(w.home, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			d.dirs[path] = true
			return err
		}
		data, err := os.ReadFile(path)
		d.now[path] = &inode{name: path, bytes: data, kept: slices.Clone(data)}
		return err
	})
	d.kept = maps.Clone(d.now)
	return d, err
}

func (d *disk) isDir(path string) bool { return d.dirs[path] }

// apply does a deed.
func (d *disk) apply(do deed) {
	switch do.kind {
	case "write", "truncate":
		do.file.bytes = do.on(do.file.bytes)
		do.file.loose = append(do.file.loose, do)
	case "flush":
		do.file.kept, do.file.loose = slices.Clone(do.file.bytes), nil
	case "flushdir":
		d.flushNames(do.path)
	case "mkdir":
		d.dirs[do.path] = true // a folder without its files tells nothing
	default:
		do.rename(d.now)
		d.loose = append(d.loose, do)
	}
}

// flushNames makes the changes of names in a folder last.
func (d *disk) flushNames(folder string) {
	d.loose = slices.DeleteFunc(d.loose, func(do deed) bool {
		if filepath.Dir(do.path) != folder && filepath.Dir(do.to) != folder {
			return false
		}
		do.rename(d.kept)
		return true
	})
}

// on returns the content of a file after a write or truncation.
func (do deed) on(content []byte) []byte {
	if do.kind == "truncate" {
		if do.at <= int64(len(content)) {
			return slices.Clone(content[:do.at])
		}
		return append(slices.Clone(content), make([]byte, do.at-int64(len(content)))...)
	}
	end := do.at + int64(len(do.data))
	content = slices.Clone(content)
	if end > int64(len(content)) {
		content = append(content, make([]byte, end-int64(len(content)))...)
	}
	copy(content[do.at:], do.data)
	return content
}

// rename changes names. One whose origin is not there has nothing to change.
func (do deed) rename(names map[string]*inode) {
	switch do.kind {
	case "create":
		names[do.path] = do.file
	case "unlink":
		delete(names, do.path)
	case "rename", "link":
		f := names[do.path]
		if f == nil {
			return
		}
		names[do.to] = f
		if do.kind == "rename" {
			delete(names, do.path)
		}
	}
}

// loss decides what a loss of power leaves of what was not flushed.
type loss struct {
	does func(do deed) bool // whether a change is there
	torn func() bool        // whether a sector of a write that is torn is there
	tear func() bool        // whether a write is torn
}

// everything, nothing and chance are such losses.
func everything() loss {
	return loss{does: func(deed) bool { return true }, tear: func() bool { return false }}
}

func nothing() loss {
	return loss{does: func(deed) bool { return false }, tear: func() bool { return false }}
}

func chance(dice *rand.Rand) loss {
	coin := func() bool { return dice.IntN(2) == 0 }
	return loss{does: func(deed) bool { return coin() }, torn: coin, tear: func() bool { return dice.IntN(3) == 0 }}
}

// except is a loss of one change, or of all but one.
func except(number int, there bool) loss {
	i := -1
	return loss{does: func(deed) bool { i++; return (i == number) != there }, tear: func() bool { return false }}
}

// looseDeeds counts the changes that are not flushed.
func (d *disk) looseDeeds() int {
	n := len(d.loose)
	for _, f := range d.files() {
		n += len(f.loose)
	}
	return n
}

// files returns the files that have a name now or for certain.
func (d *disk) files() (list []*inode) {
	seen := map[*inode]bool{}
	for _, names := range []map[string]*inode{d.now, d.kept} {
		for _, name := range slices.Sorted(maps.Keys(names)) {
			if f := names[name]; !seen[f] {
				seen[f] = true
				list = append(list, f)
			}
		}
	}
	return list
}

// after returns what lies on the disk after a loss of power, by name.
func (d *disk) after(l loss) map[string][]byte {
	names := maps.Clone(d.kept)
	for _, do := range d.loose {
		if l.does(do) {
			do.rename(names)
		}
	}
	left := map[*inode][]byte{}
	for _, f := range d.files() {
		content := f.kept
		for _, do := range f.loose {
			switch {
			case !l.does(do):
			case do.kind == "write" && l.tear():
				content = do.partly(content, l.torn)
			default:
				content = do.on(content)
			}
		}
		left[f] = content
	}
	files := map[string][]byte{}
	for name, f := range names {
		files[name] = left[f]
		if left[f] == nil {
			files[name] = f.kept
		}
	}
	return files
}

// partly does a write in some of its sectors.
func (do deed) partly(content []byte, there func() bool) []byte {
	for from := int64(0); from < int64(len(do.data)); {
		to := min((do.at+from)/sector*sector+sector-do.at, int64(len(do.data)))
		if there() {
			content = deed{kind: "write", at: do.at + from, data: do.data[from:to]}.on(content)
		}
		from = to
	}
	return content
}

// lay writes files into another world's folder.
func lay(files map[string][]byte, from, to world) error {
	if err := os.RemoveAll(to.home); err != nil {
		return err
	}
	for name, content := range files {
		place := to.home + strings.TrimPrefix(name, from.home)
		if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(place, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
