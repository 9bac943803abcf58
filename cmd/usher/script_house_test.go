package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/usher-admin/usher/internal/mail/mailtest"
	"github.com/usher-admin/usher/internal/service/ldapdir/ldaptest"
)

// A house is what one script has besides its files.
type house struct {
	work    string
	own     string // folder of the commands below, which no script looks into
	trail   string // where runs leave arguments and standard error
	damaged bool   // the script breaks its database on purpose
	before  []byte // the database at the last snapshot
	release func() error
	mail    *mailtest.Server
	people  *ldaptest.Server
	typed   string // on the terminal that the next usher runs on; "" for none
}

// houseKey is the key of the house among a script's values.
type houseKey struct{}

func houseOf(ts *testscript.TestScript) *house { return ts.Value(houseKey{}).(*house) }

// furnish gives a script its home: folders and an environment of its own, with
// nothing of the machine in it but the search path.
func furnish(env *testscript.Env, bin, lists string) error {
	own := filepath.Join(env.WorkDir, ".script")
	h := &house{work: env.WorkDir, own: own, trail: filepath.Join(own, "trail")}
	for _, folder := range []string{h.trail, filepath.Join(h.work, "home")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	// Another user than root gets as far as the script's own folders let him.
	if err := os.Chmod(filepath.Dir(h.work), 0o711); err != nil {
		return err
	}
	if err := hideSecrets(h.work); err != nil {
		return err
	}
	env.Values[houseKey{}] = h
	for name, value := range map[string]string{
		"LISTS":           lists,
		"DATABASES":       filepath.Join(filepath.Dir(lists), "db"),
		"HOME":            filepath.Join(h.work, "home"),
		"PATH":            bin + string(os.PathListSeparator) + env.Getenv("PATH"),
		"TZ":              "UTC",
		"LC_ALL":          "C.UTF-8",
		"TERM":            "xterm",
		"USHER_DB":        filepath.Join(h.work, "data", "usher.db"),
		"USHER_STATE_DIR": filepath.Join(h.work, "state"),
		variableTrail:     h.trail,
	} {
		env.Setenv(name, value)
	}
	env.Defer(func() { h.leave(env.T().(testing.TB)) })
	return nil
}

// hideSecrets makes the secrets that came with the script readable by nobody
// else, as usher wants them.
func hideSecrets(work string) error {
	for _, pattern := range secretFiles() {
		files, err := filepath.Glob(filepath.Join(work, pattern))
		if err != nil {
			return err
		}
		for _, file := range files {
			if err := os.Chmod(file, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}

// running reports whether an usher of the script is at work, be it one that
// another left behind to send mail: its trail is locked.
func (h *house) running() bool {
	trails, _ := filepath.Glob(filepath.Join(h.trail, "*"))
	for _, name := range trails {
		trail, err := os.Open(name)
		if err != nil {
			continue
		}
		err = syscall.Flock(int(trail.Fd()), syscall.LOCK_SH|syscall.LOCK_NB)
		_ = trail.Close()
		if err != nil {
			return true
		}
	}
	return false
}

// leave judges what is left when the script has ended, however it did.
func (h *house) leave(t testing.TB) {
	if h.people != nil {
		_ = h.people.Close()
	}
	if h.mail != nil {
		_ = h.mail.Close()
	}
	if h.release != nil {
		_ = h.release()
	}
	secrets := h.secrets()
	faults := append(h.judgeTrail(secrets), h.judgeFiles(secrets)...)
	if len(faults) > 0 {
		t.Errorf("after the script: %s", strings.Join(faults, "\n"))
	}
	if err := h.verifyDatabase(); err != nil {
		t.Errorf("after the script: %v", err)
	}
}
