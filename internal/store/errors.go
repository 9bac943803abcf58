package store

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"github.com/usher-admin/usher/internal/account"
)

// The errors of a database that cannot be opened (SPEC rule O6) say which of
// the reasons it is and what to do.

func missingError(path string) error {
	return account.Errorf(account.Unopenable, "there is no database at %q", path).
		Coded("db.missing").
		Hintf("make one with: usher init --org NAME --email EMAIL, or name another with --db FILE")
}

func permissionError(path string, cause error) error {
	return account.Errorf(account.Unopenable, "no permission to open the database %q: %w", path, cause).
		Coded("db.permission").
		Hintf("run usher as the user who owns the file, or name another with --db FILE")
}

// folderError is the error of a folder for a database that cannot be made.
func folderError(path string, cause error) error {
	if !errors.Is(cause, fs.ErrNotExist) && !errors.Is(cause, syscall.ENOTDIR) {
		return openError(path, cause)
	}
	var in *fs.PathError
	if errors.As(cause, &in) {
		cause = in.Err
	}
	return account.Errorf(account.Unopenable, "the folder of the database %q cannot be made: %w", path, cause).
		Coded("db.permission").
		Hintf("name another place with --db FILE")
}

func readOnlyError(path string) error {
	return account.Errorf(account.Unopenable, "the database %q is on a file system that can only be read", path).
		Coded("db.permission").
		Hintf("mount it for writing, or name another with --db FILE")
}

func exposedError(path string, mode fs.FileMode) error {
	return account.Errorf(account.Unopenable, "%q can be written by others (mode %04o)", path, mode.Perm()).
		Coded("db.permission").
		Hintf("look who changed it, then: chmod go-w %s", account.Typed(path))
}

func foreignError(path, why string) error {
	return account.Errorf(account.Unopenable, "%q is not an usher database: %s", path, why).
		Coded("db.foreign").
		Hintf("name usher's own file with --db FILE")
}

func newerError(path string, schema, readable uint32) error {
	return account.Errorf(account.Unopenable, "the database %q was written by a newer usher (schema %d, this one reads up to %d)", path, schema, readable).
		Coded("db.newer").
		Hintf("install the usher that wrote it, or restore a backup of before; nothing was changed")
}

func damagedError(path, what string) error {
	return account.Errorf(account.Unopenable, "the database %q is damaged: %s", path, what).
		Coded("db.damaged").
		Hintf("keep the file, look with: usher db check, and go back to a backup with: usher db restore FILE")
}

func rolledBackError(path string, size, anchored uint64) error {
	return account.Errorf(account.Unopenable, "the database %q is older than what was committed last: its log has %s, %d %s written or they differ",
		path, account.Count(size, "event"), anchored, account.Agree(anchored, "was", "were")).
		Coded("db.rolled_back").
		Hintf("if it was put back on purpose: usher db restore --accept-rollback; otherwise restore the newest backup")
}

func takenBackError(path string, txid, written uint64) error {
	return account.Errorf(account.Unopenable, "the database %q is older than what was committed last: it ends with transaction %d, %d was written", path, txid, written).
		Coded("db.rolled_back").
		Hintf("if it was put back on purpose: usher db restore --accept-rollback; otherwise restore the newest backup")
}

func busyByForeign(path string) error {
	return account.Errorf(account.Busy, "the database %q is busy: another program than usher has it open", path).
		Coded("db.busy").
		Hintf("end that program, or try again")
}

func unknownOutcomeError(path string, cause error) error {
	return account.Errorf(account.OutcomeUnknown, "the disk failed while the change was being written to %q; it may or may not be there: %w", path, cause).
		Coded("db.outcome_unknown").
		Hintf("find out with: usher logs -n 5, and check the disk before the next change")
}

// refusedError is the error of a change that is certainly not there.
func refusedError(path string, cause error) error {
	switch {
	case isFull(cause):
		return fullError(path, cause)
	case errors.Is(cause, fs.ErrPermission), isReadOnly(cause):
		return account.Errorf(account.Unopenable, "no permission to write in the folder of %q; nothing was changed: %w", path, cause).
			Coded("db.permission").
			Hintf("run usher as the user who owns the folder")
	}
	return account.Errorf(account.Unexpected, "the disk refused the change to %q; nothing was changed: %w", path, cause).
		Coded("db.write_failed").
		Hintf("check the disk, then type the command again")
}

func unscrubbedError(path string, cause error) error {
	return account.Errorf(account.Partial, "the change to %q is made, but the blocks that held what it deleted could not be overwritten: %w", path, cause).
		Coded("db.not_overwritten").
		Hintf("check the disk; what was deleted may still be readable on it")
}

func fullError(path string, cause error) error {
	return account.Errorf(account.Unexpected, "no room left for the database %q; nothing was changed: %w", path, cause).
		Coded("db.full").
		Hintf("make room on the disk and type the command again")
}

// scratchError is the error of a file for what does not fit into memory. Nothing
// is committed yet when one is written.
func scratchError(path, temp string, cause error) error {
	var known *account.Error
	switch folder := filepath.Dir(path); {
	case errors.As(cause, &known):
		return cause
	case isFull(cause):
		return account.Errorf(account.Unexpected, "no room left in %q for what does not fit into memory; nothing was changed: %w", folder, cause).
			Coded("db.full").
			Hintf("make room on its disk, for an import a few times as much as its file takes, and type the command again")
	default:
		return account.Errorf(account.Unexpected, "no file can be written in %q, nor in %q, for what does not fit into memory; nothing was changed: %w", folder, temp, cause).
			Coded("db.scratch").
			Hintf("run usher as the user who owns the folder, or name another one for such files with TMPDIR")
	}
}

// openError sorts the error of opening a file into one of the reasons above.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return missingError(path)
	case errors.Is(err, fs.ErrPermission):
		return permissionError(path, errors.Unwrap(err))
	case isReadOnly(err):
		return readOnlyError(path)
	}
	return fmt.Errorf("cannot open the database %q: %w", path, err)
}

// describeKey names a record for an error, without what stands in it.
func describeKey(key []byte) string {
	return fmt.Sprintf("the record under %q (%d bytes) does not match its check", string(key[:1]), len(key)) // a copy, so that no key needs memory for this
}
