package faults

import (
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
)

// This file records what a command does to files, from what strace saw.

// deed is one thing that a command did to a file or folder.
type deed struct {
	kind string // create, write, truncate, flush, flushdir, rename, link, unlink, mkdir
	path string // of the file when it was opened, or the name that was changed
	to   string // rename, link: the other name
	file *inode // of write, truncate, flush
	at   int64  // of write; the size of truncate
	data []byte
}

func (do deed) String() string {
	return fmt.Sprintf("%s %s %s at %d, %d bytes", do.kind, do.path, do.to, do.at, len(do.data))
}

// recorded are the calls that change files or make changes last. Calls that
// would need a place in the model and have none are among them, to be noticed.
const recorded = "openat,write,pwrite64,pwritev,ftruncate,truncate,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat," +
	"mkdir,mkdirat,rmdir,symlink,symlinkat,fallocate,copy_file_range,sendfile,splice,dup,dup2,dup3,close"

// record runs a command and returns what it did below the world's folder.
func record(cmd *exec.Cmd, w world, d *disk) (outcome, []deed, error) {
	o, lines, err := trace(cmd, w.file("trace"), "-xx", "-s", "16000000", "-e", "trace="+recorded)
	if err != nil {
		return o, nil, err
	}
	r := recorder{home: w.home, disk: d, open: map[string]*inode{}, dirs: map[string]string{}}
	waiting := map[string]string{} // calls of a thread that were interrupted by another's
	for _, text := range lines {
		thread, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
		rest = strings.TrimSpace(rest)
		if begun, found := strings.CutSuffix(rest, " <unfinished ...>"); found {
			waiting[thread] = begun
			continue
		}
		if strings.HasPrefix(rest, "<... ") {
			_, end, _ := strings.Cut(rest, "resumed>")
			rest = waiting[thread] + end
		}
		if err := r.take(rest); err != nil {
			return o, nil, fmt.Errorf("%.200s: %w", rest, err)
		}
	}
	return o, r.deeds, nil
}

// recorder follows descriptors to files.
type recorder struct {
	home  string
	disk  *disk
	open  map[string]*inode // by descriptor
	dirs  map[string]string
	deeds []deed
}

var (
	wholeCall = regexp.MustCompile(`^([a-z0-9]+)\((.*)\) += (-?\d+)(?:<[^>]*>)?(?: .*)?$`)
	quoted    = regexp.MustCompile(`"((?:\\x[0-9a-f]{2})*)"`)
	fdNumber  = regexp.MustCompile(`^(\d+)`)
	lastTwo   = regexp.MustCompile(`, (\d+)(?:, (\d+))?$`)
)

func (r *recorder) take(text string) error {
	m := wholeCall.FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(m[3], "-") {
		return nil // a signal, an exit, or a call that failed and changed nothing
	}
	name, args, result := m[1], m[2], m[3]
	var texts []string
	for _, q := range quoted.FindAllStringSubmatch(args, -1) {
		texts = append(texts, unhex(q[1]))
	}
	fd := ""
	if n := fdNumber.FindString(args); n != "" {
		fd = n
	}
	switch name {
	case "openat":
		return r.opened(texts[len(texts)-1], args, result)
	case "close":
		delete(r.open, fd)
		delete(r.dirs, fd)
		return nil
	case "write", "pwrite64":
		return r.wrote(name, fd, args, texts, result)
	case "ftruncate":
		if f := r.open[fd]; f != nil {
			size, err := strconv.ParseInt(lastTwo.FindStringSubmatch(args)[1], 10, 64)
			r.add(deed{kind: "truncate", path: f.name, file: f, at: size})
			return err
		}
		return nil
	case "fsync", "fdatasync":
		if f := r.open[fd]; f != nil {
			r.add(deed{kind: "flush", path: f.name, file: f})
		} else if dir := r.dirs[fd]; dir != "" {
			r.add(deed{kind: "flushdir", path: dir})
		}
		return nil
	}
	return r.named(name, args, texts)
}

// opened follows a descriptor to its file, which it may have made or emptied.
func (r *recorder) opened(path, args, fd string) error {
	delete(r.open, fd)
	delete(r.dirs, fd)
	if !strings.HasPrefix(path+"/", r.home+"/") {
		return nil
	}
	if r.disk.isDir(path) {
		r.dirs[fd] = path
		return nil
	}
	f := r.disk.now[path]
	if f == nil {
		if !strings.Contains(args, "O_CREAT") {
			return fmt.Errorf("opened %s, which is not there", path)
		}
		f = &inode{name: path}
		r.add(deed{kind: "create", path: path, file: f})
	}
	r.open[fd] = f
	if strings.Contains(args, "O_TRUNC") {
		r.add(deed{kind: "truncate", path: path, file: f})
	}
	return nil
}

func (r *recorder) wrote(name, fd, args string, texts []string, result string) error {
	f := r.open[fd]
	if f == nil {
		return nil
	}
	count, err := strconv.Atoi(result)
	if err != nil || len(texts) == 0 || len(texts[0]) < count {
		return fmt.Errorf("cannot read what was written: %v", err)
	}
	at := int64(len(f.bytes)) // write goes on at the end: usher's writers begin with a new file
	if name == "pwrite64" {
		if at, err = strconv.ParseInt(lastTwo.FindStringSubmatch(args)[2], 10, 64); err != nil {
			return err
		}
	}
	r.add(deed{kind: "write", path: f.name, file: f, at: at, data: []byte(texts[0][:count])})
	return nil
}

// named takes the calls that change names.
func (r *recorder) named(name, args string, texts []string) error {
	if len(texts) == 0 || !strings.HasPrefix(texts[0], r.home+"/") {
		return nil
	}
	switch name {
	case "rename", "renameat", "renameat2":
		r.add(deed{kind: "rename", path: texts[0], to: texts[1]})
	case "link", "linkat":
		r.add(deed{kind: "link", path: texts[0], to: texts[1]})
	case "unlink":
		r.add(deed{kind: "unlink", path: texts[0]})
	case "unlinkat":
		if strings.Contains(args, "AT_REMOVEDIR") {
			return fmt.Errorf("a folder was removed")
		}
		r.add(deed{kind: "unlink", path: texts[0]})
	case "mkdir", "mkdirat":
		r.add(deed{kind: "mkdir", path: texts[0]})
	default:
		return fmt.Errorf("the model has no %s", name)
	}
	return nil
}

func (r *recorder) add(d deed) {
	r.disk.apply(d)
	r.deeds = append(r.deeds, d)
}

func unhex(s string) string {
	out := make([]byte, 0, len(s)/4)
	for i := 0; i+3 < len(s); i += 4 {
		b, _ := strconv.ParseUint(s[i+2:i+4], 16, 8)
		out = append(out, byte(b))
	}
	return string(out)
}
