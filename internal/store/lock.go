package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/plainfile"
)

// The lock is a file of its own beside the database and is never renamed or
// removed: a process that waits on it across a compaction still waits on the
// right one. Writers hold it alone, readers share it. The wait is a blocking
// one, so the kernel queues the waiters, bounded by a deadline.

// LockSuffix is added to the database's path for the lock file.
const LockSuffix = ".lock"

// lock is a held lock; nil stands for a folder where nobody can write, so
// nobody needs one.
type lock struct{ file *os.File }

// acquire takes the lock beside path, waiting at most wait. Holding it alone
// also writes who holds it into the file, for the error of those who wait.
func acquire(ctx context.Context, path string, alone bool, wait time.Duration) (*lock, error) {
	file, err := openLock(path + LockSuffix)
	if err != nil {
		if !alone && (errors.Is(err, fs.ErrPermission) || isReadOnly(err)) {
			return nil, nil
		}
		return nil, openError(path, err)
	}
	if err := lockFile(ctx, file, alone, wait); err != nil {
		busy := busyError(path, file, err)
		if !errors.Is(err, errLockWait) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			file.Close() //nolint:errcheck // nothing was written
		}
		return nil, busy
	}
	l := &lock{file: file}
	if alone {
		l.sign()
	}
	return l, nil
}

func openLock(path string) (*os.File, error) {
	file, err := plainfile.Open(path, os.O_RDWR|os.O_CREATE|plainfile.Strictly, 0o600)
	if errors.Is(err, fs.ErrPermission) || isReadOnly(err) {
		if readable, failed := plainfile.Open(path, os.O_RDONLY|plainfile.Strictly, 0); !errors.Is(failed, fs.ErrNotExist) {
			return readable, failed
		}
	}
	return file, err // why none can be made tells more than that none is there
}

// sign writes the holder's process id. It only serves an error message, so a
// failure is no failure of the command.
func (l *lock) sign() {
	_, _ = l.file.WriteAt(fmt.Appendf(nil, "%-*d\n", signedWidth, os.Getpid()), 0)
}

// signedWidth is the width of a process id in the lock file: with all of one
// width, none leaves the end of another behind.
const signedWidth = 10

// release gives the lock back; closing the file does.
func (l *lock) release() {
	if l != nil {
		_ = l.file.Close()
	}
}

// errLockWait says that the deadline passed. The file stays open then, as when
// the wait is interrupted, because a waiting system call still uses it; the
// process is about to end.
var errLockWait = errors.New("the deadline passed")

// lockFile waits for the lock in a goroutine of its own, since a blocked flock
// cannot be called off.
func lockFile(ctx context.Context, file *os.File, alone bool, wait time.Duration) error {
	if err := flock(file, alone, false); err == nil || !isLocked(err) {
		return err
	}
	if wait <= 0 {
		return errLockWait
	}
	done := make(chan error, 1)
	go func() { done <- flock(file, alone, true) }()
	soon := min(wait, shortWait)
	timer := time.NewTimer(soon)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
	}
	timer.Reset(wait - soon)
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return errLockWait
	case <-ctx.Done():
		return ctx.Err()
	}
}

// shortWait is a wait that is over before somebody would call it off. To listen
// for that takes longer than most waits among many who change the file.
const shortWait = 50 * time.Millisecond

// acquireAlone takes the lock for somebody who writes, unless he was called off
// before, and clears away what a killed one before left behind.
func (s *Store) acquireAlone(ctx context.Context) (*lock, error) {
	if err := stopped(ctx); err != nil {
		return nil, err
	}
	l, err := acquire(ctx, s.path, true, s.opt.Wait)
	if err == nil {
		s.sweep()
	}
	return l, err
}

func busyError(path string, file *os.File, cause error) error {
	if errors.Is(cause, context.Canceled) {
		return account.Errorf(account.Interrupted, "interrupted; nothing was changed").Coded("interrupted")
	}
	if !errors.Is(cause, errLockWait) {
		return fmt.Errorf("cannot lock the database %q: %w", path, cause)
	}
	return account.Errorf(account.Busy, "the database %q is busy: %s", path, holders(file)).
		Coded("db.busy").
		Hintf("try again, or wait longer with --wait 30s")
}

// holders names the processes that hold the lock on file: those the system
// knows, else the last writer who signed it.
func holders(file *os.File) string {
	pids := lockHolders(file)
	if len(pids) == 0 {
		var text [32]byte
		n, _ := file.ReadAt(text[:], 0)
		first, _, _ := strings.Cut(string(text[:n]), "\n")
		if pid, err := strconv.Atoi(strings.TrimSpace(first)); err == nil {
			pids = []int{pid}
		}
	}
	if len(pids) == 0 {
		return "another process holds it"
	}
	var names []string
	for _, pid := range pids {
		names = append(names, processName(pid))
	}
	return "held by " + strings.Join(names, ", ")
}
