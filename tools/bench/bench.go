package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// setup is what the flags say.
type setup struct {
	users  int
	effort float64
	usher  string
	folder string
}

// bench is what the rows measure with: usher, the peers that are installed, and
// the limits. A peer that is not is nil.
type bench struct {
	setup
	mark     string // in the names of what this run adds
	usher    usherWorld
	small    usherWorld // a thousand users
	sqlite   *sqliteWorld
	kerberos *kerberosWorld
	ldap     *ldapWorld
	empty    string // the program that does nothing
	bolt     string // the program that does the least
	boltFile string
	missing  []string
}

// smallUsers is the size that the full one is held against.
const smallUsers = 1000

// prepare makes the data that is not there yet, and starts what has to run.
func prepare(ctx context.Context, s setup) (*bench, error) {
	b := &bench{setup: s, mark: strconv.FormatInt(time.Now().Unix(), 36)}
	at := func(name string) string { return filepath.Join(s.folder, strconv.Itoa(s.users), name) }
	if err := b.buildLimits(ctx, at("bolt")); err != nil {
		return nil, err
	}
	var err error
	say("making %d users of usher", s.users)
	if b.usher, err = openUsher(ctx, s.usher, at("usher"), s.users); err != nil {
		return nil, err
	}
	if b.small, err = openUsher(ctx, s.usher, filepath.Join(s.folder, "small"), smallUsers); err != nil {
		return nil, err
	}
	return b, b.openPeers(ctx, at)
}

// openPeers makes the data of the peers that are installed and notes the others.
func (b *bench) openPeers(ctx context.Context, at func(string) string) error {
	if b.has("sqlite3", "sqlite3") {
		say("making %d users of sqlite3", b.users)
		w, err := openSQLite(at("sqlite"), b.users)
		if err != nil {
			return err
		}
		b.sqlite = &w
	}
	if b.has("kadmin.local", "krb5-admin-server") && b.has("kdb5_util", "krb5-kdc") {
		say("making %d users of kadmin.local", b.users)
		w, err := openKerberos(at("kerberos"), b.users)
		if err != nil {
			return err
		}
		b.kerberos = &w
	}
	if b.has("slapadd", "slapd") && b.has("ldapsearch", "ldap-utils") {
		say("making %d users of slapd", b.users)
		w, err := openLDAP(ctx, at("ldap"), b.users)
		if err != nil {
			return err
		}
		b.ldap = w
	}
	return nil
}

// has looks for a peer's program, and notes how to get one that is missing.
func (b *bench) has(program, pkg string) bool {
	if _, err := exec.LookPath(program); err == nil {
		return true
	}
	b.missing = append(b.missing, fmt.Sprintf("`%s`: it is not installed (Debian: `apt-get install %s`).", program, pkg))
	return false
}

// buildLimits builds the two programs that do the least, and the file of the
// second.
func (b *bench) buildLimits(ctx context.Context, folder string) error {
	linked := filepath.Join(b.folder, "linked")
	if err := os.MkdirAll(linked, 0o700); err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", linked+"/", "./tools/bench/limit/...")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("cannot build the limits (run this at the top of the repository): %w\n%s", err, out)
	}
	var err error
	if b.empty, err = b.install(filepath.Join(linked, "empty")); err != nil {
		return err
	}
	if b.bolt, err = b.install(filepath.Join(linked, "bolt")); err != nil {
		return err
	}
	b.boltFile = filepath.Join(folder, "bench.bolt")
	return once(folder, func() error {
		_, err := clocked(exec.Command(b.bolt, "load", b.boltFile, strconv.Itoa(b.users)))
		return err
	})
}

// install copies a program to where it is measured, as a package manager would
// have written it: see the target build of the Makefile.
func (b *bench) install(linked string) (string, error) {
	data, err := os.ReadFile(linked)
	if err != nil {
		return "", err
	}
	bin := filepath.Join(b.folder, "bin")
	if err := os.MkdirAll(bin, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(bin, filepath.Base(linked))
	_ = os.Remove(path) // it may be running
	return path, os.WriteFile(path, data, 0o700)
}

func (b *bench) close() { b.ldap.stop() }

// rounds scales how often something is measured.
func (b *bench) rounds(usual int) int { return max(3, int(float64(usual)*b.effort)) }

// scratch returns an empty folder for what one row makes; the row removes it.
func (b *bench) scratch(name string) string {
	folder := filepath.Join(b.folder, "scratch", name)
	_ = os.RemoveAll(folder)
	return folder
}

// fresh is an address that nobody has.
func (b *bench) fresh(kind string, i int) string {
	return fmt.Sprintf("%s-%s-%d@bench.example", kind, b.mark, i)
}

// once makes the data of a folder, unless that was done; what was half done is
// thrown away.
func once(folder string, fill func() error) error {
	done := filepath.Join(folder, "done")
	if _, err := os.Stat(done); err == nil {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := fill(); err != nil {
		return err
	}
	return os.WriteFile(done, nil, 0o600)
}

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
