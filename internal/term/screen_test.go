//go:build linux

package term

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

const patience = 10 * time.Second

// screen is a real pseudo-terminal with somebody in front of it.
type screen struct {
	t     *testing.T
	keys  *os.File // what is written here is typed
	tty   *os.File // the terminal as a program sees it
	mu    sync.Mutex
	shows bytes.Buffer
}

func newScreen(t *testing.T) *screen {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatalf("no pseudo-terminal: %v", err)
	}
	s := &screen{t: t, keys: keys, tty: tty}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, err := keys.Read(buf)
			s.mu.Lock()
			s.shows.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		tty.Close()
		keys.Close()
		<-done
	})
	return s
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.shows.String()
}

// waitFor waits until text is on the screen.
func (s *screen) waitFor(text string) {
	s.t.Helper()
	s.until("the screen shows "+text, func() bool { return strings.Contains(s.text(), text) })
}

func (s *screen) until(what string, done func() bool) {
	s.t.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			s.t.Fatalf("waited in vain until %s; the screen shows %q", what, s.text())
		}
	}
}

func (s *screen) typeIn(text string) {
	s.t.Helper()
	if _, err := s.keys.WriteString(text); err != nil {
		s.t.Fatalf("typing: %v", err)
	}
}

func (s *screen) mode() unix.Termios {
	s.t.Helper()
	mode, err := unix.IoctlGetTermios(int(s.tty.Fd()), getMode)
	if err != nil {
		s.t.Fatalf("reading the mode: %v", err)
	}
	return *mode
}

func (s *screen) echoes() bool { return s.mode().Lflag&unix.ECHO != 0 }
