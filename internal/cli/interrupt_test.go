package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/term"
)

// Whoever presses Ctrl-C at a question about a password ends the command, and
// nothing was changed. (Package term puts the terminal right.)
func TestAnInterruptAtAPasswordChangesNothing(t *testing.T) {
	t.Parallel()
	const secret = "Tre renar vid stationen"
	folder := t.TempDir()
	db := filepath.Join(folder, "data", "usher.db")
	env := func(terminal term.Terminal, stdin string, args ...string) (Env, *bytes.Buffer) {
		var talk bytes.Buffer
		e, _ := quietEnv(args...)
		e.Stdin, e.Stderr, e.Terminal, e.Random, e.Now = strings.NewReader(stdin), &talk, terminal, rand.Reader, time.Now
		e.Hash = password.Params{Memory: 8, Time: 1, Threads: 1}
		e.LookupEnv = func(name string) (string, bool) {
			value, ok := map[string]string{"USHER_DB": db, "USHER_STATE_DIR": filepath.Join(folder, "state")}[name]
			return value, ok
		}
		return e, &talk
	}
	e, talk := env(term.Open("/dev/null"), secret+"\n", "init", "--org", "Norrsken", "--email", "anna@norrsken.example", "--password-stdin")
	if code := Main(context.Background(), e); code != 0 {
		t.Fatalf("init: exit %d, %s", code, talk)
	}
	rows := []struct {
		name  string
		args  []string
		steps []term.Step
	}{
		{"at the old password", []string{"password", "change"}, []term.Step{term.Interrupt(term.Secret("Your password", ""))}},
		{"at the new one", []string{"password", "change"}, []term.Step{term.Secret("Your password", secret), term.Interrupt(term.Secret("New password", ""))}},
		{"at the new one again", []string{"password", "change"}, []term.Step{
			term.Secret("Your password", secret), term.Secret("New password", "Katten dansar efter midnatt"), term.Interrupt(term.Secret("New password, again", "")),
		}},
		{"at a link", []string{"password", "redeem"}, []term.Step{term.Interrupt(term.Secret("Paste the link", ""))}},
		{"at a password to test", []string{"password", "test"}, []term.Step{term.Interrupt(term.Secret("Password to test", ""))}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			before, err := os.ReadFile(db)
			if err != nil {
				t.Fatal(err)
			}
			e, talk := env(term.NewScript(t, row.steps...), "", row.args...)
			if code := Main(context.Background(), e); code != 130 || !strings.Contains(talk.String(), "interrupted") {
				t.Errorf("got exit %d and %q, want 130 and that it was interrupted", code, talk)
			}
			after, err := os.ReadFile(db)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(before, after) {
				t.Error("the database was changed")
			}
		})
	}
}
