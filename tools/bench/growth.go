package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// measureGrowth holds the cost of one change among many users, and among many
// organisations, against that among a thousand users in one organisation.
func measureGrowth(ctx context.Context, b *bench) ([]figure, error) {
	var s sides
	among := func(w usherWorld, name string) {
		s.add(true, name, func(r int) *exec.Cmd { return w.command("user", "add", b.fresh("growth", r), "-q") })
	}
	among(b.small, "1,000 users")
	for _, n := range []int{10_000, 100_000} {
		if n >= b.users {
			break
		}
		w, err := openUsher(ctx, b.setup.usher, filepath.Join(b.folder, fmt.Sprintf("of-%d", n)), n)
		if err != nil {
			return nil, err
		}
		among(w, fmt.Sprintf("%d users", n))
	}
	among(b.usher, fmt.Sprintf("%d users", b.users))
	crowded, err := openCrowded(b.setup.usher, filepath.Join(b.folder, "crowded"))
	if err != nil {
		return nil, err
	}
	among(crowded, fmt.Sprintf("%d organisations", manyOrganisations))
	all, err := race(ctx, b.rounds(100), s.list...)
	if err != nil {
		return nil, err
	}
	var figures []figure
	for _, many := range all[1:] {
		figures = append(figures, compare("`usher user add` among "+many.name, many, all[0], 1.2))
	}
	return figures, nil
}

const manyOrganisations = 200

// openCrowded returns a database of many organisations, made once.
func openCrowded(binary, folder string) (usherWorld, error) {
	u := usherWorld{binary: binary, folder: folder}
	if err := once(folder, u.crowd); err != nil {
		return u, err
	}
	_, err := clocked(u.withPassword("login", "owner@bench.example", "-q"))
	return u, err
}

// crowd makes the database with its organisations.
func (u usherWorld) crowd() error {
	if err := os.MkdirAll(u.folder, 0o700); err != nil {
		return err
	}
	out, err := u.withPassword("init", "--org", "Bench", "--email", "owner@bench.example", "-o", "json").Output()
	if err != nil {
		return fmt.Errorf("init: %w", err)
	}
	var made struct {
		SystemKey string `json:"system_key"`
	}
	if err := json.Unmarshal(out, &made); err != nil {
		return err
	}
	key := filepath.Join(u.folder, "system.key")
	if err := os.WriteFile(key, []byte(made.SystemKey+"\n"), 0o600); err != nil {
		return err
	}
	for i := 1; i < manyOrganisations; i++ {
		add := u.withPassword("org", "add", fmt.Sprintf("Org %d", i), "--email", fmt.Sprintf("owner@org%d.example", i), "--system-key-file", key, "-q")
		if _, err := clocked(add); err != nil {
			return err
		}
	}
	return nil
}
