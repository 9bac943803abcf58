//go:build linux

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// Whoever presses Ctrl-C at a question about a secret gets his terminal back as
// it was, exit code 130 and a database in which not a byte has changed. Every
// such question is tried here, with usher as a process on a real terminal.

// question is a prompt and what is typed at it.
type question struct{ prompt, answer string }

// asking is a command with what it asks; it is interrupted at the last question.
type asking struct {
	name   string
	device string
	args   []string
	asks   []question
}

const (
	newOwnerPassword = "Katten dansar efter midnatt"
	later            = "6m" // by then a password is asked for again
)

// secretQuestions are all questions about a secret. The link is one that can be
// used.
func secretQuestions(pasted string) []asking {
	again := []question{{"Your password: ", ""}}
	link := []question{{"Paste the link: ", ""}}
	typedLink := []question{{"Paste the link: ", pasted}, {"Your e-mail address: ", "bo@norrsken.example"}}
	twice := func(prompt string, before ...question) []question {
		return append(before, question{prompt + ": ", newOwnerPassword}, question{prompt + ", again: ", ""})
	}
	system := []question{{"System key: ", ""}}
	return []asking{
		{"init, again", "new", []string{"init", "--org", "Norrsken", "--email", ownerEmail, "--db", "new.db"}, twice("Password of the owner")},
		{"login", "new", []string{"login", ownerEmail}, []question{{"Password: ", ""}}},
		{"login, the key", "new", []string{"login", ownerEmail}, []question{{"Password: ", ownerPassword}, {"Organisation key: ", ""}}},
		{"password change, the old one", "", []string{"password", "change"}, again},
		{"password change, the new one", "", []string{"password", "change"}, []question{{"Your password: ", ownerPassword}, {"New password: ", ""}}},
		{"password change, again", "", []string{"password", "change"}, twice("New password", question{"Your password: ", ownerPassword})},
		{"password redeem, the link", "new", []string{"password", "redeem"}, link},
		{"password redeem, the password", "new", []string{"password", "redeem"}, append(typedLink, question{"New password: ", ""})},
		{"password redeem, again", "new", []string{"password", "redeem"}, twice("New password", typedLink...)},
		{"password test", "", []string{"password", "test"}, []question{{"Password to test: ", ""}}},
		{"invite accept", "new", []string{"invite", "accept"}, link},
		{"orgkey accept", "new", []string{"orgkey", "accept"}, link},
		{"orgkey show", "", []string{"orgkey", "show"}, again},
		{"orgkey rotate", "", []string{"orgkey", "rotate", "-y"}, again},
		{"secret show", "", []string{"secret", "show", "Firewall"}, again},
		{"secret export", "", []string{"secret", "export"}, again},
		{"token add", "", []string{"token", "add", "nightly", "--allow", "user.list"}, again},
		{"org handover", "", []string{"org", "handover", "bo@norrsken.example"}, again},
		{"secret add", "", []string{"secret", "add", "Router"}, []question{{"Value: ", ""}}},
		{"secret add, again", "", []string{"secret", "add", "Router"}, twice("Value")},
		{"recover password", "new", []string{"recover", "password", ownerEmail, "--reason", "lost"}, system},
		{"recover owner", "new", []string{"recover", "owner", "bo@norrsken.example", "--reason", "lost"}, system},
		{"org add", "new", []string{"org", "add", "Other", "--email", "eva@other.example"}, system},
	}
}

func TestAnInterruptAtASecretOnATerminalChangesNothing(t *testing.T) {
	t.Parallel()
	h := newPromptHome(t)
	// The first look at a later time notes that the session was used, which no
	// question does.
	if out, err := h.command("", "user", "list", "-q").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	before, err := os.ReadFile(h.db)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range secretQuestions(h.link) {
		t.Run(row.name, func(t *testing.T) {
			s := openDesk(t)
			was := s.mode()
			cmd := h.command(row.device, row.args...)
			cmd.ExtraFiles = []*os.File{s.tty}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}
			var talk bytes.Buffer
			cmd.Stderr = &talk
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = cmd.Process.Kill() })
			s.answer(row.asks)
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(talk.String(), "interrupted") {
				t.Errorf("got exit %d and %q, want 130 and that it was interrupted", code, talk.String())
			}
			if now := s.mode(); now != was {
				t.Errorf("the terminal is left as %+v, want %+v", now, was)
			}
			for _, secret := range []string{"half a secret", ownerPassword, newOwnerPassword, h.link} {
				if strings.Contains(s.text()+talk.String(), secret) {
					t.Errorf("%q can be read on the screen", secret)
				}
			}
			after, err := os.ReadFile(h.db)
			if err != nil || !bytes.Equal(before, after) {
				t.Errorf("the database has changed (%v)", err)
			}
		})
	}
	if _, err := os.Stat(filepath.Join(h.folder, "new.db")); !os.IsNotExist(err) {
		t.Errorf("an interrupted init left a database behind: %v", err)
	}
}

// promptHome is a database with an owner who is signed in on one device, and a
// link for somebody else's password.
type promptHome struct {
	usher, folder, db, link string
}

func newPromptHome(t *testing.T) promptHome {
	t.Helper()
	folder := t.TempDir()
	h := promptHome{usher: filepath.Join(installSelf(t), "usher"), folder: folder, db: filepath.Join(folder, "data", "usher.db")}
	h.run(t, ownerPassword, "init", "--org", "Norrsken", "--email", ownerEmail, "--password-stdin")
	h.run(t, ownerPassword, "user", "add", "bo@norrsken.example", "--role", "admin", "--password-stdin")
	h.run(t, newOwnerPassword, "secret", "add", "Firewall", "--value-stdin")
	h.link = strings.TrimSpace(h.run(t, "", "password", "reset", "bo@norrsken.example", "--columns", "link", "--no-headers"))
	return h
}

func (h promptHome) run(t *testing.T, in string, args ...string) string {
	t.Helper()
	cmd := h.command("", args...)
	cmd.Env = append(cmd.Env, variableNow+"=")
	cmd.Stdin = strings.NewReader(in + "\n")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("usher %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

func (h promptHome) command(device string, args ...string) *exec.Cmd {
	cmd := exec.Command(h.usher, args...)
	cmd.Dir = h.folder
	cmd.Env = []string{"HOME=" + h.folder, "USHER_DB=" + h.db, "USHER_STATE_DIR=" + filepath.Join(h.folder, "state"+device), variableNow + "=" + later}
	return cmd
}

// desk is a real terminal with somebody in front of it.
type desk struct {
	t         *testing.T
	keys, tty *os.File
	lock      sync.Mutex
	shown     bytes.Buffer
}

func openDesk(t *testing.T) *desk {
	t.Helper()
	keys, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	s := &desk{t: t, keys: keys, tty: tty}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 4096)
		for {
			n, err := keys.Read(buf)
			s.lock.Lock()
			s.shown.Write(buf[:n])
			s.lock.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = tty.Close()
		_ = keys.Close()
		<-done
	})
	return s
}

func (s *desk) text() string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.shown.String()
}

func (s *desk) mode() unix.Termios {
	s.t.Helper()
	mode, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		s.t.Fatal(err)
	}
	return *mode
}

// answer types the answers, and half of one and Ctrl-C at the last question.
func (s *desk) answer(asks []question) {
	s.t.Helper()
	for i, q := range asks {
		for end := time.Now().Add(mailWait); !strings.Contains(s.text(), q.prompt); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				s.t.Fatalf("waited in vain for %q; the screen shows %q", q.prompt, s.text())
			}
		}
		typed := q.answer + "\r"
		if i == len(asks)-1 {
			typed = "half a secret\x03"
		}
		if _, err := s.keys.WriteString(typed); err != nil {
			s.t.Fatal(err)
		}
	}
}
