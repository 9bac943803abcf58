package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// ldapWorld is an LDAP directory in a folder. Its server runs while it is asked,
// and ends with the run.
type ldapWorld struct {
	folder string
	server *exec.Cmd
}

func (l *ldapWorld) config() string { return filepath.Join(l.folder, "slapd.conf") }
func (l *ldapWorld) socket() string { return filepath.Join(l.folder, "ldapi") }

// searching looks one user up by his address.
func (l *ldapWorld) searching(email string) *exec.Cmd {
	return exec.Command("ldapsearch", "-x", "-LLL", "-H", "ldapi://"+url.QueryEscape(l.socket()), "-b", "dc=bench", "(mail="+email+")")
}

func (l *ldapWorld) exporting() *exec.Cmd { return exec.Command("slapcat", "-f", l.config()) }

// importing loads a file of entries the quick way, which a crash would ruin.
func (l *ldapWorld) importing(entries string) *exec.Cmd {
	return exec.Command("slapadd", "-q", "-f", l.config(), "-l", entries)
}

// found makes the empty directory.
func (l *ldapWorld) found() error {
	data := filepath.Join(l.folder, "data")
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	text := fmt.Sprintf(`include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile %[1]s/pid
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
maxsize 34359738368
suffix "dc=bench"
directory %[1]s/data
index objectClass eq
index uid eq
index mail eq
`, l.folder)
	return os.WriteFile(l.config(), []byte(text), 0o600)
}

// entries writes users as LDIF.
func entries(order []int) func(w io.Writer) error {
	return func(w io.Writer) error {
		if _, err := io.WriteString(w, "dn: dc=bench\nobjectClass: dcObject\nobjectClass: organization\no: bench\ndc: bench\n\n"); err != nil {
			return err
		}
		for _, i := range order {
			if _, err := fmt.Fprintf(w, "dn: uid=user%07d,dc=bench\nobjectClass: inetOrgPerson\nuid: user%07[1]d\ncn: %s %s\nsn: %[3]s\nmail: %s\n\n", i, plain(firstName(i)), plain(lastName(i)), address(i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// plain leaves what LDIF takes without encoding.
func plain(name string) string {
	var text []byte
	for _, r := range name {
		if r < 128 {
			text = append(text, byte(r))
		}
	}
	return string(text)
}

func openLDAP(ctx context.Context, folder string, n int) (*ldapWorld, error) {
	l := &ldapWorld{folder: folder}
	err := once(folder, func() error {
		if err := l.found(); err != nil {
			return err
		}
		file, err := write(folder, "staff.ldif", entries(inOrder(n)))
		if err != nil {
			return err
		}
		_, err = clocked(l.importing(file))
		return err
	})
	if err != nil {
		return nil, err
	}
	return l, l.start(ctx)
}

// start runs the server and waits until it answers.
func (l *ldapWorld) start(ctx context.Context) error {
	_ = os.Remove(l.socket())
	l.server = exec.Command("slapd", "-f", l.config(), "-h", "ldapi://"+url.QueryEscape(l.socket()), "-d", "0")
	if err := l.server.Start(); err != nil {
		return err
	}
	for range 100 {
		c, err := net.Dial("unix", l.socket())
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("slapd does not answer on %s", l.socket())
}

func (l *ldapWorld) stop() {
	if l != nil && l.server != nil && l.server.Process != nil {
		_ = l.server.Process.Signal(os.Interrupt)
		_ = l.server.Wait()
	}
}
