package store

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Tide is what can be seen of the last commit without the lock: equal tides
// mean that nothing was committed in between.
type Tide string

// tidePause is how often somebody who waits looks.
const tidePause = 50 * time.Millisecond

// Tide returns what can be seen of the last commit: the anchor, which every
// commit writes anew, and where there is none the file's own time.
func (s *Store) Tide() Tide {
	if data, err := readPlain(s.path + AnchorSuffix); err == nil {
		return Tide(data)
	}
	info, err := os.Stat(s.path)
	if err != nil {
		return ""
	}
	return Tide(fmt.Sprint(info.Size(), info.ModTime().UnixNano()))
}

// AwaitTide waits until something was committed since seen, without the lock.
// It asks alive at each look and ends with its error; the end of ctx is the
// Interrupted error.
func (s *Store) AwaitTide(ctx context.Context, seen Tide, alive func() error) (Tide, error) {
	ticker := time.NewTicker(tidePause)
	defer ticker.Stop()
	for {
		if now := s.Tide(); now != seen && now != "" {
			return now, nil
		}
		if err := alive(); err != nil {
			return seen, err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return seen, account.Errorf(account.Interrupted, "interrupted").Coded("interrupted")
		}
	}
}
