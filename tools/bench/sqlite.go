package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// sqliteWorld is a table of users with two unique indexes and a table of events,
// written through a log of its own and flushed at every commit.
type sqliteWorld struct{ folder string }

func (s sqliteWorld) database() string { return filepath.Join(s.folder, "users.db") }

// schema is what usher keeps of a user, as a table.
const schema = `PRAGMA journal_mode=WAL;
CREATE TABLE users(id TEXT NOT NULL, email TEXT NOT NULL, first_name TEXT, last_name TEXT, type TEXT, role TEXT, status TEXT, created_at TEXT, plan TEXT);
CREATE UNIQUE INDEX users_id ON users(id);
CREATE UNIQUE INDEX users_email ON users(email);
CREATE TABLE events(seq INTEGER PRIMARY KEY, body TEXT NOT NULL);
`

// event is what an event's row holds: about as much as a line of usher's log.
const event = `{"time":"2026-01-01T00:00:00Z","action":"user.add","outcome":"ok","actor":{"type":"user","id":"01890000-0000-7000-8000-000000000000"},"org":"bench","origin":{"uid":0,"login_uid":-1,"tty":"/dev/pts/0","host":"bench","pid":4711},"target":`

// command runs SQL in a fresh process, waiting for who is ahead.
func (s sqliteWorld) command(sql string, flags ...string) *exec.Cmd {
	args := append([]string{"-batch", "-bail", "-init", "/dev/null", "-cmd", ".timeout 60000"}, flags...)
	cmd := exec.Command("sqlite3", append(args, s.database(), "PRAGMA synchronous=FULL;"+sql)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.folder}
	return cmd
}

// script runs SQL that is too long for an argument.
func (s sqliteWorld) script(sql string) *exec.Cmd {
	cmd := s.command("")
	cmd.Args = cmd.Args[:len(cmd.Args)-1]
	cmd.Stdin = strings.NewReader("PRAGMA synchronous=FULL;\n" + sql)
	return cmd
}

// found makes the empty tables.
func (s sqliteWorld) found() error {
	if err := os.RemoveAll(s.folder); err != nil {
		return err
	}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return err
	}
	_, err := clocked(s.command(schema))
	return err
}

// loading is the import of a file of rows, with an event each, as one
// transaction.
func (s sqliteWorld) loading(rows string) *exec.Cmd {
	return s.script(fmt.Sprintf("BEGIN;\n.mode csv\n.import %s users\nINSERT INTO events(body) SELECT '%s\"'||id||'\"}' FROM users;\nCOMMIT;\n", rows, event))
}

func openSQLite(folder string, n int) (sqliteWorld, error) {
	s := sqliteWorld{folder: folder}
	return s, once(folder, func() error {
		if err := s.found(); err != nil {
			return err
		}
		rows, err := write(folder, "staff.csv", staffWithIDs(inOrder(n)))
		if err != nil {
			return err
		}
		_, err = clocked(s.loading(rows))
		return err
	})
}

// copied returns a copy in a scratch folder.
func (s sqliteWorld) copied(scratch string) (sqliteWorld, error) {
	c := sqliteWorld{folder: scratch}
	if err := os.RemoveAll(scratch); err != nil {
		return c, err
	}
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return c, err
	}
	out, err := exec.Command("cp", s.database(), scratch).CombinedOutput()
	if err != nil {
		return c, fmt.Errorf("cp: %w: %s", err, out)
	}
	return c, nil
}

// The statements of single changes, each with its event.

func (s sqliteWorld) show(email string) *exec.Cmd {
	return s.command(fmt.Sprintf(`SELECT json_object('id',id,'email',email,'first_name',first_name,'last_name',last_name,'type',type,'role',role,'status',status,'created_at',created_at) FROM users WHERE email='%s';`, email))
}

func (s sqliteWorld) add(id, email string) *exec.Cmd {
	return s.change(fmt.Sprintf(`INSERT INTO users VALUES('%s','%s','Bo','Ek','host','member','pending','2026-01-01T00:00:00Z','');`, id, email), id)
}

func (s sqliteWorld) change(sql, target string) *exec.Cmd {
	return s.command("BEGIN IMMEDIATE;" + sql + eventOf(target) + "COMMIT;")
}

func eventOf(target string) string {
	return fmt.Sprintf(`INSERT INTO events(body) VALUES('%s"%s"}');`, event, target)
}

// many is one transaction that does the same to many users.
func (s sqliteWorld) many(order []int, sql string) *exec.Cmd {
	var b strings.Builder
	b.WriteString("BEGIN IMMEDIATE;\n")
	for _, i := range order {
		fmt.Fprintf(&b, sql+"%s\n", address(i), eventOf(identity(i)))
	}
	b.WriteString("COMMIT;\n")
	return s.script(b.String())
}
