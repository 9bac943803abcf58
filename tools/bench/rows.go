package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// row is something that GOALS sets figures for.
type row struct {
	name    string
	measure func(ctx context.Context, b *bench) ([]figure, error)
}

// rows lists them in the order of the table.
func rows() []row {
	return []row{
		{"help", measureHelp},
		{"show", measureShow},
		{"one user's events", measureEvents},
		{"add", measureAdd},
		{"edit", measureEdit},
		{"suspend", measureSuspend},
		{"delete", measureDelete},
		{"growth", measureGrowth},
		{"flushes", measureFlushes},
		{"memory", measureMemory},
		{"contention", measureContention},
		{"export", measureExport},
		{"table", measureTable},
		{"logs verify", measureVerify},
		{"import sorted", measureImport},
		{"import shuffled", measureShuffled},
		{"many at once", measureMany},
		{"after mass deletion", measureAfterDeletion},
	}
}

// sides collects the contenders of a race, usher first, leaving out peers that
// are not installed.
type sides struct{ list []contender }

func (s *sides) add(there bool, name string, command func(round int) *exec.Cmd) {
	if there {
		s.list = append(s.list, contender{name, command})
	}
}

func measureHelp(ctx context.Context, b *bench) ([]figure, error) {
	var s sides
	s.add(true, "usher", func(int) *exec.Cmd { return b.usher.command("--help") })
	s.add(true, "an empty Go program", func(int) *exec.Cmd { return exec.Command(b.empty) })
	s.add(b.sqlite != nil, "sqlite3 -version", func(int) *exec.Cmd { return exec.Command("sqlite3", "-version") })
	all, err := race(ctx, b.rounds(300), s.list...)
	if err != nil {
		return nil, err
	}
	return against("`usher --help`", all, map[string]float64{"an empty Go program": 1.9, "sqlite3 -version": 1.4}), nil
}

func measureShow(ctx context.Context, b *bench) ([]figure, error) {
	who := func(round int) string { return address(someone(round, b.users)) }
	var s sides
	s.add(true, "usher", func(r int) *exec.Cmd { return b.usher.command("user", "show", who(r), "-o", "json") })
	s.add(b.sqlite != nil, "sqlite3", func(r int) *exec.Cmd { return b.sqlite.show(who(r)) })
	s.add(b.kerberos != nil, "kadmin.local", func(r int) *exec.Cmd { return b.kerberos.query("getprinc " + principal(someone(r, b.users))) })
	s.add(b.ldap != nil, "ldapsearch", func(r int) *exec.Cmd { return b.ldap.searching(who(r)) })
	s.add(true, "a bare bbolt get", func(r int) *exec.Cmd { return exec.Command(b.bolt, "get", b.boltFile, who(r)) })
	s.add(true, "usher with 1,000 users", func(r int) *exec.Cmd {
		return b.small.command("user", "show", address(someone(r, smallUsers)), "-o", "json")
	})
	all, err := b.warmRace(ctx, b.rounds(200), s.list...)
	if err != nil {
		return nil, err
	}
	return against("`usher user show EMAIL -o json`", all, map[string]float64{
		"sqlite3": 1.15, "kadmin.local": 0.9, "ldapsearch": 0.45, "a bare bbolt get": 1.5, "usher with 1,000 users": 1.05,
	}), nil
}

func measureEvents(ctx context.Context, b *bench) ([]figure, error) {
	var s sides
	s.add(true, "usher", func(r int) *exec.Cmd {
		return b.usher.command("logs", "--user", address(someone(r, b.users)), "-o", "json")
	})
	s.add(true, "`user show`", func(r int) *exec.Cmd {
		return b.usher.command("user", "show", address(someone(r, b.users)), "-o", "json")
	})
	all, err := b.warmRace(ctx, b.rounds(100), s.list...)
	if err != nil {
		return nil, err
	}
	return against("`usher logs --user EMAIL`", all, map[string]float64{"`user show`": 1.5}), nil
}

func measureAdd(ctx context.Context, b *bench) ([]figure, error) {
	var s sides
	s.add(true, "usher", func(r int) *exec.Cmd { return b.usher.command("user", "add", b.fresh("add", r), "-o", "json") })
	s.add(b.sqlite != nil, "sqlite3", func(r int) *exec.Cmd {
		return b.sqlite.add(fmt.Sprintf("%s-%s-%d", "add", b.mark, r), b.fresh("add", r))
	})
	s.add(b.kerberos != nil, "kadmin.local", func(r int) *exec.Cmd {
		return b.kerberos.query(fmt.Sprintf("addprinc -nokey add-%s-%d", b.mark, r))
	})
	s.add(true, "a bare bbolt put", func(r int) *exec.Cmd { return exec.Command(b.bolt, "put", b.boltFile, b.fresh("add", r)) })
	all, err := b.warmRace(ctx, b.rounds(100), s.list...)
	if err != nil {
		return nil, err
	}
	return against("`usher user add`, durable, with its event", all, map[string]float64{"sqlite3": 0.95, "kadmin.local": 0.3}), nil
}

// errNoPeer says that a row has nobody to be measured against.
var errNoPeer = errors.New("sqlite3 is not installed")

// measureChange races one kind of change of one user with the same in sqlite3.
func measureChange(ctx context.Context, b *bench, what string, ours func(email string) *exec.Cmd, sql string) ([]figure, error) {
	if b.sqlite == nil {
		return nil, errNoPeer
	}
	// Deleted users are gone: each kind of change and each run takes others.
	first := int(time.Now().UnixNano() % int64(b.users))
	who := func(round int) int { return (first + someone(round, b.users)) % b.users }
	all, err := b.warmRace(ctx, b.rounds(60),
		contender{"usher", func(r int) *exec.Cmd { return ours(address(who(r))) }},
		contender{"sqlite3", func(r int) *exec.Cmd {
			return b.sqlite.change(fmt.Sprintf(sql, address(who(r))), identity(who(r)))
		}})
	if err != nil {
		return nil, err
	}
	return against("`usher user "+what+"`", all, map[string]float64{"sqlite3": 0.95}), nil
}

func measureEdit(ctx context.Context, b *bench) ([]figure, error) {
	return measureChange(ctx, b, "edit", func(email string) *exec.Cmd {
		return b.usher.command("user", "edit", email, "--last", "Strand "+b.mark, "-q")
	}, "UPDATE users SET last_name='Strand' WHERE email='%s';")
}

func measureSuspend(ctx context.Context, b *bench) ([]figure, error) {
	return measureChange(ctx, b, "suspend", func(email string) *exec.Cmd {
		return b.usher.command("user", "suspend", email, "-q", "-y")
	}, "UPDATE users SET status='suspended' WHERE email='%s';")
}

// measureDelete deletes users whom it adds first, so that the data stays whole.
func measureDelete(ctx context.Context, b *bench) ([]figure, error) {
	if b.sqlite == nil {
		return nil, errNoPeer
	}
	rounds := b.rounds(40)
	for r := range rounds {
		for _, cmd := range []*exec.Cmd{
			b.usher.command("user", "add", b.fresh("del", r), "-q"),
			b.sqlite.add(b.fresh("id", r), b.fresh("del", r)),
		} {
			if _, err := clocked(cmd); err != nil {
				return nil, err
			}
		}
	}
	all, err := race(ctx, rounds,
		contender{"usher", func(r int) *exec.Cmd { return b.usher.command("user", "delete", b.fresh("del", r), "-q", "-y") }},
		contender{"sqlite3", func(r int) *exec.Cmd {
			return b.sqlite.change(fmt.Sprintf("DELETE FROM users WHERE email='%s';", b.fresh("del", r)), b.fresh("id", r))
		}})
	if err != nil {
		return nil, err
	}
	return against("`usher user delete`", all, map[string]float64{"sqlite3": 0.95}), nil
}
