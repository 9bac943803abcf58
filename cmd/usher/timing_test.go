package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/mail/mailtest"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// How long an answer takes must not tell what usher does not say: why a sign-in
// fails, and whether an address that forgot its password belongs to somebody.
// These benchmarks run usher as a process, with hashes that cost what they cost
// in earnest, and take the cases in turn, so that whatever else the machine does
// meets all of them alike. "make login-timing" runs them.

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
	env      []string
	pristine map[string][]byte // the files of the database, put back before each run
}

// timedCase is a case that must take as long as the others.
type timedCase struct{ name, email string }

func BenchmarkLogin(b *testing.B) {
	m := newTiming(b)
	m.compare([]timedCase{
		{"wrong-password", ownerEmail},
		{"unknown-address", "nobody@norrsken.example"},
		{"suspended", "bo@norrsken.example"},
		{"locked", "eva@norrsken.example"},
		{foreignHash, "asa.lindqvist@norrsken.example"},
	}, func(email string) time.Duration {
		took, _ := m.time(7, "login", email, "--password-stdin")
		return took
	})
}

func BenchmarkForgot(b *testing.B) {
	m := newTiming(b)
	server, err := mailtest.Start(time.Now(), rand.Reader, mailtest.Rules{Plain: true})
	if err != nil {
		b.Fatal(err)
	}
	defer server.Close()
	m.env = append(m.env, "USHER_SMTP_HOST="+mailtest.Host, "USHER_SMTP_SECURITY=none",
		"USHER_SMTP_PORT="+strconv.Itoa(server.Port), "USHER_SMTP_FROM=usher@norrsken.example")
	runs := 0
	m.compare([]timedCase{
		{"known-address", ownerEmail},
		{"unknown-address", "nobody@norrsken.example"},
		{"suspended", "bo@norrsken.example"},
	}, func(email string) time.Duration {
		// Processor time: so short a command is disturbed by the one that mails.
		_, took := m.time(0, "password", "forgot", email)
		if email == ownerEmail {
			runs++
		}
		// The process that mails works on the database, too, which is about to be put back.
		for len(server.Mails()) < runs {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(forgotRest)
		return took
	})
}

// forgotRest is long enough for the process that has nothing to mail to end.
const forgotRest = 150 * time.Millisecond

// foreignHash is the one known exception, shown and not judged: a hash of
// another system costs more until its user signs in.
const foreignHash = "foreign-hash"

// compare runs the cases in turn and holds their medians against each other.
func (m *timing) compare(cases []timedCase, run func(email string) time.Duration) {
	m.b.Helper()
	took := make([][]time.Duration, len(cases))
	for n := 0; m.b.Loop(); n++ {
		for i := range cases {
			at := (i + n) % len(cases)
			m.restore()
			took[at] = append(took[at], run(cases[at].email))
		}
	}
	var medians []time.Duration
	for i, c := range cases {
		slices.Sort(took[i])
		median := took[i][len(took[i])/2]
		m.b.ReportMetric(float64(median.Microseconds())/1000, c.name+"-ms")
		m.b.Logf("%-16s median %v, half of them between %v and %v", c.name, median, took[i][len(took[i])/4], took[i][len(took[i])*3/4])
		if c.name != foreignHash {
			medians = append(medians, median)
		}
	}
	least, most := slices.Min(medians), slices.Max(medians)
	spread := float64(most-least) / float64(least)
	m.b.ReportMetric(100*spread, "%spread")
	m.b.ReportMetric(0, "ns/op") // all cases together are no figure
	if len(took[0]) >= timingRuns && spread > timingSpread {
		m.b.Errorf("the medians lie %.1f %% apart, want at most %.0f %%", 100*spread, 100*timingSpread)
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
	cmd.Env = append([]string{"HOME=" + m.home, "USHER_DB=" + m.db(), "USHER_STATE_DIR=" + filepath.Join(m.home, "state"), variableHash + "=1"}, m.env...)
	cmd.Stdin = strings.NewReader(in + "\n")
	return cmd
}

func (m *timing) run(in string, args ...string) {
	m.b.Helper()
	if out, err := m.command(in, args...).CombinedOutput(); err != nil {
		m.b.Fatalf("usher %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// restore puts the database back as it was.
func (m *timing) restore() {
	m.b.Helper()
	for file, data := range m.pristine {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			m.b.Fatal(err)
		}
	}
}

// time returns how long a command takes that must end with an exit code, and
// how much of that on a processor.
func (m *timing) time(code int, args ...string) (took, busy time.Duration) {
	m.b.Helper()
	cmd := m.command("Tre renar vid busstationen", args...)
	began := time.Now()
	_ = cmd.Run()
	took = time.Since(began)
	if got := cmd.ProcessState.ExitCode(); got != code {
		m.b.Fatalf("usher %s: exit %d, want %d", strings.Join(args, " "), got, code)
	}
	return took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
