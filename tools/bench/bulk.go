package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"
)

// heavy is how often what takes minutes at full size is measured.
func (b *bench) heavy() int {
	if b.users > 100_000 {
		return 1
	}
	return 3
}

func measureExport(ctx context.Context, b *bench) ([]figure, error) {
	var s sides
	s.add(true, "usher", func(int) *exec.Cmd { return b.usher.command("user", "export", "-o", "jsonl") })
	s.add(b.sqlite != nil, "sqlite3", func(int) *exec.Cmd {
		return b.sqlite.command(`SELECT json_object('id',id,'email',email,'first_name',first_name,'last_name',last_name,'type',type,'role',role,'status',status,'created_at',created_at) FROM users ORDER BY email;`)
	})
	s.add(b.ldap != nil, "slapcat", func(int) *exec.Cmd { return b.ldap.exporting() })
	s.add(true, "a raw scan", func(int) *exec.Cmd { return exec.Command(b.bolt, "scan", b.boltFile) })
	all, err := race(ctx, b.rounds(12), s.list...)
	if err != nil {
		return nil, err
	}
	return against(fmt.Sprintf("export of %d users as JSON Lines", b.users), all, map[string]float64{"sqlite3": 0.3, "slapcat": 0.2, "a raw scan": 2.2}), nil
}

func measureTable(ctx context.Context, b *bench) ([]figure, error) {
	if b.sqlite == nil {
		return nil, errNoPeer
	}
	n := min(b.users, 100_000)
	ours := func() *exec.Cmd { return b.usher.command("user", "list", "--limit", strconv.Itoa(n)) }
	all, err := race(ctx, b.rounds(6), contender{"usher", func(int) *exec.Cmd { return ours() }},
		contender{"sqlite3 -table", func(int) *exec.Cmd {
			return b.sqlite.command(fmt.Sprintf("SELECT email, first_name, last_name, type, role, status FROM users ORDER BY email LIMIT %d;", n), "-table")
		}})
	if err != nil {
		return nil, err
	}
	figures := against(fmt.Sprintf("table of %d users", n), all, map[string]float64{"sqlite3 -table": 1.5})
	heap, err := heapOf(ours())
	return append(figures, heapFigure("heap of the table", heap, 32)), err
}

func measureVerify(ctx context.Context, b *bench) ([]figure, error) {
	all, err := race(ctx, b.heavy(), contender{"usher", func(int) *exec.Cmd { return b.usher.command("logs", "verify") }})
	if err != nil {
		return nil, err
	}
	return []figure{{what: fmt.Sprintf("`usher logs verify` of %d events", b.users), ours: short(all[0].took()), value: all[0].took().Seconds(), goal: 5, unit: " s"}}, nil
}

// loads are the imports of the same rows into fresh databases.
func (b *bench) loads(order []int, name string) (sides, error) {
	var s sides
	folder := filepath.Join(b.folder, strconv.Itoa(b.users))
	rows, err := write(folder, name+".csv", staff(order))
	if err != nil {
		return s, err
	}
	withIDs, err := write(folder, name+"-ids.csv", staffWithIDs(order))
	if err != nil {
		return s, err
	}
	s.add(true, "usher", func(int) *exec.Cmd {
		u := usherWorld{b.usher.binary, b.scratch("usher")}
		return after(u.found(), u.command("user", "import", rows, "-q"))
	})
	s.add(b.sqlite != nil, "sqlite3 .import", func(int) *exec.Cmd {
		w := sqliteWorld{b.scratch("sqlite")}
		return after(w.found(), w.loading(withIDs))
	})
	return s, nil
}

// after is a command that fails with the error of what had to come before.
func after(err error, cmd *exec.Cmd) *exec.Cmd {
	if err != nil {
		cmd.Err = err
	}
	return cmd
}

func measureImport(ctx context.Context, b *bench) ([]figure, error) {
	s, err := b.loads(inOrder(b.users), "sorted")
	if err != nil {
		return nil, err
	}
	ldif, err := write(filepath.Join(b.folder, strconv.Itoa(b.users)), "sorted.ldif", entries(inOrder(b.users)))
	if err != nil {
		return nil, err
	}
	s.add(b.ldap != nil, "slapadd -q", func(int) *exec.Cmd {
		w := ldapWorld{folder: b.scratch("ldap")}
		return after(w.found(), w.importing(ldif))
	})
	s.add(true, "a raw write", func(int) *exec.Cmd {
		folder := b.scratch("bolt")
		return after(os.MkdirAll(folder, 0o700), exec.Command(b.bolt, "load", filepath.Join(folder, "bench.bolt"), strconv.Itoa(b.users)))
	})
	all, err := race(ctx, b.heavy(), s.list...)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("import of %d rows, sorted", b.users)
	figures := against(what, all, map[string]float64{"sqlite3 .import": 0.75, "slapadd -q": 0.4})
	return b.afterImport(figures, what)
}

// afterImport looks at what an import left, and how much heap it took.
func (b *bench) afterImport(figures []figure, what string) ([]figure, error) {
	u := usherWorld{b.usher.binary, b.scratch("usher")}
	rows := filepath.Join(b.folder, strconv.Itoa(b.users), "sorted.csv")
	heap, err := heapOf(after(u.found(), u.command("user", "import", rows, "-q")))
	if err != nil {
		return figures, err
	}
	figures = append(figures, heapFigure("heap of the import", heap, 64))
	if b.sqlite != nil {
		mine, their := size(u.database()), size(sqliteWorld{filepath.Join(b.folder, "scratch", "sqlite")}.database())
		figures = append(figures, figure{what: what + ": size of the file", ours: fmt.Sprintf("%.0f MB", mine/1e6), against: "sqlite3",
			theirs: fmt.Sprintf("%.0f MB", their/1e6), value: mine / their, goal: 0.8, unit: "×"})
	}
	return figures, os.RemoveAll(filepath.Join(b.folder, "scratch"))
}

func size(path string) float64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return float64(info.Size())
}

func measureShuffled(ctx context.Context, b *bench) ([]figure, error) {
	s, err := b.loads(shuffled(b.users), "shuffled")
	if err != nil {
		return nil, err
	}
	sorted, err := b.loads(inOrder(b.users), "sorted")
	if err != nil {
		return nil, err
	}
	s.add(true, "usher, sorted", sorted.list[0].command)
	all, err := race(ctx, b.heavy(), s.list...)
	if err != nil {
		return nil, err
	}
	return against(fmt.Sprintf("import of %d rows, shuffled", b.users), all, map[string]float64{"sqlite3 .import": 1, "usher, sorted": 1.5}),
		os.RemoveAll(filepath.Join(b.folder, "scratch"))
}

var gcPattern = regexp.MustCompile(`(?m)^gc \d+ .* (\d+)->(\d+)->\d+ MB`)

// heapOf runs a command and returns the largest heap that its collector saw, in
// MiB; 4 where it never ran, which it does from there on.
func heapOf(cmd *exec.Cmd) (float64, error) {
	var talk bytes.Buffer
	cmd.Env = append(cmd.Env, "GODEBUG=gctrace=1")
	cmd.Stderr = &talk
	if _, err := clocked(cmd); err != nil {
		return 0, err
	}
	largest := 4.0
	for _, gc := range gcPattern.FindAllStringSubmatch(talk.String(), -1) {
		if mib, err := strconv.ParseFloat(gc[2], 64); err == nil {
			largest = max(largest, mib)
		}
	}
	return largest, nil
}

func heapFigure(what string, mib, goal float64) figure {
	return figure{what: what, ours: fmt.Sprintf("%.0f MiB", mib), value: mib, goal: goal, unit: " MiB"}
}

// manyRounds is how often each change of many is made, each time of others.
const manyRounds = 3

// measureMany makes the same change of many users in one command, and in one
// transaction of sqlite3, on copies.
func measureMany(ctx context.Context, b *bench) ([]figure, error) {
	if b.sqlite == nil {
		return nil, errNoPeer
	}
	ours, err := b.usher.copied(b.scratch("usher"))
	if err != nil {
		return nil, err
	}
	theirs, err := b.sqlite.copied(b.scratch("sqlite"))
	if err != nil {
		return nil, err
	}
	if _, err := clocked(ours.command("licence", "buy", "bench", "--seats", "40000", "-q")); err != nil {
		return nil, err
	}
	orders, lists, err := b.manies()
	if err != nil {
		return nil, err
	}
	var figures []figure
	for _, step := range []struct {
		name, sql string
		args      []string
	}{
		{"licence assign", "UPDATE users SET plan='bench' WHERE email='%s';", []string{"licence", "assign", "--plan", "bench"}},
		{"user suspend", "UPDATE users SET status='suspended' WHERE email='%s';", []string{"user", "suspend"}},
		{"user delete", "DELETE FROM users WHERE email='%s';", []string{"user", "delete"}},
	} {
		all, err := race(ctx, manyRounds, contender{"usher", func(r int) *exec.Cmd { return ours.command(append(step.args, "--from", lists[r], "-q", "-y")...) }},
			contender{"one sqlite3 transaction", func(r int) *exec.Cmd { return theirs.many(orders[r], step.sql) }})
		if err != nil {
			return figures, err
		}
		figures = append(figures, against(fmt.Sprintf("`usher %s` of %d users", step.name, len(orders[0])), all, map[string]float64{"one sqlite3 transaction": 1})...)
	}
	return figures, os.RemoveAll(filepath.Join(b.folder, "scratch"))
}

// manies picks the users of each round, and writes a list of each.
func (b *bench) manies() (orders [][]int, lists []string, err error) {
	many := min(10_000, b.users/(manyRounds+1))
	all := inOrder(many * manyRounds)
	for r := range manyRounds {
		orders = append(orders, all[r*many:(r+1)*many])
		list, err := write(filepath.Join(b.folder, strconv.Itoa(b.users)), fmt.Sprintf("many-%d.txt", r), addresses(orders[r]))
		if err != nil {
			return nil, nil, err
		}
		lists = append(lists, list)
	}
	return orders, lists, nil
}

// patience bounds a deletion that somebody would not wait for.
const patience = 15 * time.Minute

// measureAfterDeletion compares a change before and after most users were
// deleted, on copies.
func measureAfterDeletion(ctx context.Context, b *bench) ([]figure, error) {
	before, err := b.usher.copied(b.scratch("before"))
	if err != nil {
		return nil, err
	}
	later, err := b.usher.copied(b.scratch("later"))
	if err != nil {
		return nil, err
	}
	gone := b.users * 6 / 10
	list, err := write(filepath.Join(b.folder, strconv.Itoa(b.users)), "gone.txt", addresses(inOrder(gone)))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	deletion := later.command("user", "delete", "--from", list, "-q", "-y")
	bounded := exec.CommandContext(ctx, deletion.Path, deletion.Args[1:]...)
	bounded.Env = deletion.Env
	took, err := clocked(bounded)
	if err != nil {
		return nil, err
	}
	all, err := race(ctx, b.rounds(40),
		contender{"after", func(r int) *exec.Cmd { return later.command("user", "add", b.fresh("late", r), "-q") }},
		contender{"before", func(r int) *exec.Cmd { return before.command("user", "add", b.fresh("late", r), "-q") }})
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("a change after %d of %d were deleted (which took %s)", gone, b.users, short(took))
	return against(what, all, map[string]float64{"before": 1.2}), os.RemoveAll(filepath.Join(b.folder, "scratch"))
}
