package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/usher-admin/usher/internal/account"
)

// maxFileBytes bounds what is read of a file, far above what settings need.
const maxFileBytes = 1 << 20

// file is a configuration file that was read.
type file struct {
	path     string
	settings []setting
}

// readFiles reads the files that count, the weakest first.
func readFiles(in Input) ([]file, error) {
	home, _ := in.LookupEnv("HOME")
	named := in.ConfigFile
	if named == "" {
		named, _ = in.LookupEnv("USHER_CONFIG")
	}
	if named != "" {
		f, found, err := readFile(named, home)
		if err == nil && !found {
			err = account.Errorf(account.NotFound, "there is no configuration file %s", named).Coded("config.missing").
				Hintf("usher config init")
		}
		return []file{f}, err
	}
	var files []file
	for _, path := range []string{in.SystemFile, in.UserFile} {
		if path == "" {
			continue
		}
		f, found, err := readFile(path, home)
		if err != nil {
			return nil, err
		}
		if found {
			files = append(files, f)
		}
	}
	return files, nil
}

// readFile reads one file, if it is there.
func readFile(path, home string) (f file, found bool, err error) {
	opened, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return file{}, false, nil
	}
	if err != nil {
		return file{}, false, unreadable(path, err)
	}
	defer opened.Close()
	data, err := readPrivately(opened, path)
	if err != nil {
		return file{}, false, err
	}
	folder, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return file{}, false, unreadable(path, err)
	}
	f, err = interpret(path, data, folder, home)
	return f, err == nil, err
}

// interpret returns what a file says. Paths in it that are relative are taken
// from its folder, so that they mean the same wherever usher is started.
func interpret(path string, data []byte, folder, home string) (file, error) {
	settings, err := parse(path, data)
	if err != nil {
		return file{}, err
	}
	for i, s := range settings {
		if err := s.check(); err != nil {
			return file{}, err
		}
		if isPath(s.key) {
			settings[i].value = absolute(s.value, folder, home)
		}
	}
	return file{path, settings}, nil
}

// readPrivately returns what is in a file that nobody else can write: a
// configuration names the database, the mail server and whom to trust. What is
// no regular file, such as /dev/null or a pipe, was named on purpose.
func readPrivately(f *os.File, path string) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info.Mode().IsRegular() && writableByOthers(info) {
		return nil, account.Errorf(account.Invalid, "others than its owner can write the configuration file %s", path).
			Coded("config.permission").Hintf("chmod go-w %s", account.Typed(path))
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	if len(data) > maxFileBytes {
		return nil, account.Errorf(account.Invalid, "the configuration file %s is larger than 1 MiB", path).Coded("config.invalid")
	}
	return data, nil
}

func unreadable(path string, err error) error {
	return account.Errorf(account.Invalid, "cannot read the configuration file %s: %w", path, reason(err)).Coded("config.unreadable")
}

// reason takes the path out of an error whose message names it already.
func reason(err error) error {
	var cause *fs.PathError
	if errors.As(err, &cause) {
		return cause.Err
	}
	return err
}

// absolute returns a path that stood in a file of folder.
func absolute(path, folder, home string) string {
	rest, atHome := strings.CutPrefix(path, "~/")
	switch {
	case path == "" || filepath.IsAbs(path):
		return path
	case atHome && home != "":
		return filepath.Join(home, rest)
	}
	return filepath.Join(folder, path)
}
