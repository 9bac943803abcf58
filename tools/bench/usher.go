package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// usherWorld is usher with a database of its own.
type usherWorld struct {
	binary string
	folder string
}

const ownersPassword = "Tre renar vid stationen\n"

// command is a run of usher as the owner.
func (u usherWorld) command(args ...string) *exec.Cmd {
	cmd := exec.Command(u.binary, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + u.folder, "USHER_DB=" + u.database(), "USHER_STATE_DIR=" + filepath.Join(u.folder, "state")}
	return cmd
}

func (u usherWorld) database() string { return filepath.Join(u.folder, "data", "usher.db") }

// withPassword is command for those that read the owner's password.
func (u usherWorld) withPassword(args ...string) *exec.Cmd {
	cmd := u.command(append(args, "--password-stdin")...)
	cmd.Stdin = strings.NewReader(ownersPassword)
	return cmd
}

// found makes the database with its owner.
func (u usherWorld) found() error {
	if err := os.MkdirAll(u.folder, 0o700); err != nil {
		return err
	}
	_, err := clocked(u.withPassword("init", "--org", "Bench", "--email", "owner@bench.example"))
	return err
}

// fill imports users in the order of their addresses.
func (u usherWorld) fill(n int) error {
	if err := u.found(); err != nil {
		return err
	}
	rows, err := write(u.folder, "staff.csv", staff(inOrder(n)))
	if err != nil {
		return err
	}
	_, err = clocked(u.command("user", "import", rows, "-q"))
	return err
}

// openUsher returns a database of n users, made once.
func openUsher(_ context.Context, binary, folder string, n int) (usherWorld, error) {
	u := usherWorld{binary: binary, folder: folder}
	if err := once(folder, func() error { return u.fill(n) }); err != nil {
		return u, err
	}
	// The session of the last time has ended; the key is remembered.
	_, err := clocked(u.withPassword("login", "owner@bench.example", "-q"))
	return u, err
}

// copied returns a copy of the world in a scratch folder.
func (u usherWorld) copied(scratch string) (usherWorld, error) {
	c := usherWorld{binary: u.binary, folder: scratch}
	if err := os.RemoveAll(scratch); err != nil {
		return c, err
	}
	if err := os.MkdirAll(scratch, 0o700); err != nil {
		return c, err
	}
	out, err := exec.Command("cp", "-a", filepath.Join(u.folder, "data"), filepath.Join(u.folder, "state"), scratch).CombinedOutput()
	if err != nil {
		return c, fmt.Errorf("cp: %w: %s", err, out)
	}
	return c, nil
}
