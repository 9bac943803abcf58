package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Completion as people meet it: a real shell on a real terminal, a line typed
// as far as needed, the tab key, the rest of the line, enter. What the completed
// command prints tells whether the word was completed.

// typedLines are what is typed, with a tab where the shell is asked, and the
// line that must come of it.
func typedLines() []struct{ name, typed, want string } {
	return []struct{ name, typed, want string }{
		{"a verb", "usher user templ\t\r", "email,first_name,"},
		{"a user", "usher user show bert\t--columns email -o csv\r", "bertil@norrsken.example\r\n"},
		{"a role", "usher role show help\t--columns name -o csv\r", "help-desk\r\n"},
		{"a site", "usher site show kir\t--columns name -o csv\r", "Kiruna Norra\r\n"},
		{"a plan, behind its flag", "usher licence list -o csv --columns plan,seats; usher licence buy --seats 1 busi\t--columns plan,seats -o csv\r", "business,3\r\n"},
		{"a column", "usher user show bertil@norrsken.example -o csv --columns must_ch\t\r", "must_change_password\r\nfalse\r\n"},
		{"a topic", "usher help exit\t\r", "Every command ends with one of these exit codes"},
	}
}

// shells are how each shell is started without the settings of whoever runs the
// tests, and made to know usher.
func shells() []struct {
	name  string
	args  []string
	setup string
} {
	return []struct {
		name  string
		args  []string
		setup string
	}{
		{"bash", []string{"--norc", "--noprofile", "-i"}, ". " + bashCompletion + "; . <(usher completion bash)"},
		{"zsh", []string{"-f", "-i"}, "autoload -U compinit; compinit -u -d $HOME/.zcompdump; . <(usher completion zsh)"},
		{"fish", []string{"--no-config", "-i"}, "usher completion fish | source"},
	}
}

// bashCompletion is what every script of completion for bash builds on.
const bashCompletion = "/usr/share/bash-completion/bash_completion"

func TestShellsCompleteRealNames(t *testing.T) {
	t.Parallel()
	bin := installSelf(t)
	for _, shell := range shells() {
		t.Run(shell.name, func(t *testing.T) {
			t.Parallel()
			path, err := exec.LookPath(shell.name)
			if _, other := os.Stat(bashCompletion); shell.name == "bash" && err == nil {
				err = other
			}
			if err != nil {
				t.Skipf("completion in %s was not tried: %v", shell.name, err)
			}
			s := startShell(t, path, shell.args, completionWorld(t, bin))
			s.typeUntil(shell.setup+"; echo rea''dy\r", "ready\r\n")
			for _, line := range typedLines() {
				s.typeUntil(line.typed, line.want)
			}
		})
	}
}

// completionWorld makes a database with names to complete and returns the
// environment that leads there.
func completionWorld(t *testing.T, bin string) []string {
	t.Helper()
	home := t.TempDir()
	env := []string{
		"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + home, "TERM=dumb", "LANG=C.UTF-8", "PS1=> ",
		"XDG_CONFIG_HOME=" + home + "/config", "XDG_DATA_HOME=" + home + "/data",
		"USHER_DB=" + filepath.Join(home, "usher", "usher.db"), "USHER_STATE_DIR=" + filepath.Join(home, "device"),
	}
	script := exec.Command("bash", "-e", "-c", `
		echo 'a reindeer crosses the road at dawn' | usher init --org Norrsken --email anna@norrsken.example --password-stdin -q
		usher user add bo@norrsken.example
		usher user add bertil@norrsken.example
		usher role add help-desk --allow user.list
		usher site add "Kiruna Norra" --admin kim@norrsken.example
		usher licence buy business --seats 2`)
	script.Env = env
	if out, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return env
}

// A typist sits at the terminal of a shell.
type typist struct {
	t      *testing.T
	screen io.ReadWriter
	shown  chan []byte
	seen   bytes.Buffer
}

func startShell(t *testing.T, path string, args, env []string) *typist {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Env = env
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 50, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	s := &typist{t: t, screen: screen, shown: make(chan []byte, 64)}
	done := make(chan struct{})
	go s.read(done)
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		close(done)
		_ = screen.Close()
	})
	return s
}

// read passes on what the terminal shows, until nobody wants it.
func (s *typist) read(done <-chan struct{}) {
	for {
		part := make([]byte, 4096)
		n, err := s.screen.Read(part)
		if err != nil {
			return
		}
		select {
		case s.shown <- part[:n]:
		case <-done:
			return
		}
	}
}

// typeUntil types and waits until something is shown that was not before. A
// shell reads what comes behind a tab only when it has completed, so all of it
// can be typed at once.
func (s *typist) typeUntil(typed, want string) {
	s.t.Helper()
	const patience = 20 * time.Second
	if _, err := io.WriteString(s.screen, typed); err != nil {
		s.t.Fatal(err)
	}
	s.seen.Reset()
	deadline := time.After(patience)
	for !strings.Contains(s.seen.String(), want) {
		select {
		case part := <-s.shown:
			s.seen.Write(part)
		case <-deadline:
			s.t.Fatalf("typed %q and waited for %q; shown:\n%s", typed, want, s.seen.String())
		}
	}
}
