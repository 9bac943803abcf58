package cli

import (
	"errors"
	"io/fs"
	"os"
	"strconv"

	"github.com/usher-admin/usher/internal/account"
)

// What is said of a file that cannot be read or written names it once, and says
// why in the words of the system.

// errFile is the error of a file, or of standard input for "-", that cannot be
// read.
func errFile(path string, err error) error { return errUse("read", path, err).Coded("file.unreadable") }

// errWrite is that of a file that cannot be written.
func errWrite(path string, err error) error {
	return errUse("write", path, err).Coded("file.unwritten")
}

func errUse(verb, path string, err error) *account.Error {
	kind := account.Invalid
	if os.IsNotExist(err) {
		kind = account.NotFound
	}
	name := strconv.Quote(path)
	if path == "-" {
		name = "standard input"
	}
	return account.Errorf(kind, "cannot %s %s: %w", verb, name, pathCause(err))
}

// couldMake tells what is wrong with a place for a new file, for a dry run: it
// makes the file, as the command would, and takes it away.
func (a *app) couldMake(path string) error {
	a.listen()
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_ = file.Close()
	return os.Remove(path)
}

// notStdout refuses - for a file that is made: who types it means standard
// output, and would find a file of that name later, or never.
func notStdout(path, hint string) error {
	if path != "-" {
		return nil
	}
	return usageError("- is standard output, and a file is needed").Coded("usage.stdout").Hintf("%s", hint)
}

// pathCause is the error without the path, which the message has.
func pathCause(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
