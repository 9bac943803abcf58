package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestWhatIsSaidOfAChangeThatWasRefused(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name  string
		cause error
		kind  account.Kind
		code  string
	}{
		{"a full disk", syscall.ENOSPC, account.Unexpected, "db.full"},
		{"a folder of somebody else", syscall.EACCES, account.Unopenable, "db.permission"},
		{"a folder that nobody may change", syscall.EPERM, account.Unopenable, "db.permission"},
		{"a file system to read", syscall.EROFS, account.Unopenable, "db.permission"},
		{"a broken disk", syscall.EIO, account.Unexpected, "db.write_failed"},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			err := refusedError("/var/lib/usher/usher.db", fmt.Errorf("making a file: %w", &fs.PathError{Op: "open", Path: ".new", Err: row.cause}))
			if account.KindOf(err) != row.kind || account.CodeOf(err) != row.code || !errors.Is(err, row.cause) {
				t.Errorf("got %v (%v, %s), want %v, %s", err, account.KindOf(err), account.CodeOf(err), row.kind, row.code)
			}
		})
	}
}
