package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// How long a sign-in that fails takes must not tell why it fails. BenchmarkLogin
// runs usher as a process, with hashes that cost what they cost in earnest, and
// takes the ways to fail in turn, so that whatever else the machine does meets
// all of them alike. "make login-timing" runs it 200 times each.

// timingSpread is how far the medians may lie apart, and timingRuns from how
// many runs on they are worth judging.
const (
	timingSpread = 0.05
	timingRuns   = 200
)

// timing is one database, as it was before the first run.
type timing struct {
	b        *testing.B
	usher    string
	home     string
	pristine map[string][]byte // the files of the database, put back before each run
}

// failures are the ways to fail: whose address is given, with one password that
// is nobody's. The last one is the known exception: a hash of another system,
// which costs more until its user signs in.
func failures() []struct{ name, email string } {
	return []struct{ name, email string }{
		{"wrong-password", "anna@norrsken.example"},
		{"unknown-address", "nobody@norrsken.example"},
		{"suspended", "bo@norrsken.example"},
		{"locked", "eva@norrsken.example"},
		{"foreign-hash", "asa.lindqvist@norrsken.example"},
	}
}

func BenchmarkLogin(b *testing.B) {
	m := newTiming(b)
	ways := failures()
	took := make([][]time.Duration, len(ways))
	for run := 0; b.Loop(); run++ {
		for i := range ways {
			way := (i + run) % len(ways)
			took[way] = append(took[way], m.fail(ways[way].email))
		}
	}
	var medians []time.Duration
	for i, way := range ways {
		slices.Sort(took[i])
		median := took[i][len(took[i])/2]
		b.ReportMetric(float64(median.Microseconds())/1000, way.name+"-ms")
		if way.name != "foreign-hash" {
			medians = append(medians, median)
		}
	}
	least, most := slices.Min(medians), slices.Max(medians)
	spread := float64(most-least) / float64(least)
	b.ReportMetric(100*spread, "%spread")
	if len(took[0]) >= timingRuns && spread > timingSpread {
		b.Errorf("the medians lie %.1f %% apart, want at most %.0f %%", 100*spread, 100*timingSpread)
	}
}

func newTiming(b *testing.B) *timing {
	b.Helper()
	m := &timing{b: b, usher: filepath.Join(installSelf(b), "usher"), home: b.TempDir(), pristine: make(map[string][]byte)}
	lists, err := filepath.Abs(filepath.Join(listFolder, "hashes.csv"))
	if err != nil {
		b.Fatal(err)
	}
	m.run(ownerPassword, "init", "--org", "Norrsken", "--email", ownerEmail, "--domain", "norrsken-logistique.example", "--password-stdin")
	m.run(ownerPassword, "user", "add", "bo@norrsken.example", "--password-stdin")
	m.run(ownerPassword, "user", "add", "eva@norrsken.example", "--password-stdin")
	m.run("", "user", "suspend", "bo@norrsken.example", "-y")
	m.run("", "user", "import", lists)
	m.run("", "logout")
	m.lock("eva@norrsken.example")
	files, err := filepath.Glob(filepath.Join(m.home, "data", "*"))
	if err != nil {
		b.Fatal(err)
	}
	for _, file := range files {
		if m.pristine[file], err = os.ReadFile(file); err != nil {
			b.Fatal(err)
		}
	}
	return m
}

// lock lets somebody have typed so many wrong passwords that he waits an hour.
func (m *timing) lock(address string) {
	m.b.Helper()
	s := store.New(m.db(), store.Options{Now: time.Now, Warn: func(string) {}})
	err := s.Update(context.Background(), func(tx *store.Tx) error {
		holder, _, err := tx.Address(account.Email(address))
		if err != nil {
			return err
		}
		tries := account.Tries{Failures: 20, Last: time.Now()}
		if !time.Now().Add(time.Hour / 2).Before(password.LockedUntil(tries.Failures, tries.Last)) {
			return errors.New("twenty wrong passwords do not lock for an hour")
		}
		return tx.PutTries(holder.User, tries)
	})
	if err != nil {
		m.b.Fatal(err)
	}
}

func (m *timing) db() string { return filepath.Join(m.home, "data", "usher.db") }

func (m *timing) command(in string, args ...string) *exec.Cmd {
	cmd := exec.Command(m.usher, args...)
	cmd.Env = []string{"HOME=" + m.home, "USHER_DB=" + m.db(), "USHER_STATE_DIR=" + filepath.Join(m.home, "state"), variableHash + "=1"}
	cmd.Stdin = strings.NewReader(in + "\n")
	return cmd
}

func (m *timing) run(in string, args ...string) {
	m.b.Helper()
	if out, err := m.command(in, args...).CombinedOutput(); err != nil {
		m.b.Fatalf("usher %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// fail puts the database back as it was and returns how long a sign-in that
// fails takes.
func (m *timing) fail(email string) time.Duration {
	m.b.Helper()
	for file, data := range m.pristine {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			m.b.Fatal(err)
		}
	}
	cmd := m.command("Tre renar vid busstationen", "login", email, "--password-stdin")
	began := time.Now()
	err := cmd.Run()
	took := time.Since(began)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 7 {
		m.b.Fatalf("signing in as %s: %v, want exit 7", email, err)
	}
	return took
}
