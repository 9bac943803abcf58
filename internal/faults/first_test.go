package faults

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/usher-admin/usher/internal/store"
)

// This file makes the world that all others are copies of: an organisation with
// somebody and something of every kind, so that every command finds its object.

// furniture is how it is made. A name behind ">" is the file that gets a field
// of the output; "@name" in an argument, or alone as the input, is such a file.
func furniture() []step {
	return []step{
		{in: ownerPassword, do: "init --org Norrsken --email " + ownerEmail + " --password-stdin", keep: map[string]string{"org_key": "org.key", "system_key": "system.key"}},
		{do: "licence buy " + plan + " --seats 500"},
		{do: "licence buy " + scarce + " --seats 5"},
		{do: "licence buy Boxes --kind mailbox --seats 500"},
		{do: "domain approve north.example"},
		{do: "db backup @early.db"},
		{do: "role add auditor --allow user.list,user.show,logs.list"},
		{in: memberPassword, do: "user add eva@norrsken.example --first Eva --type host --role admin --password-stdin"},
		{do: "invite link bo@norrsken.example --first Bo", keep: map[string]string{"link": "bo.link"}},
		{do: "user add mia@norrsken.example --licence " + plan},
		{do: "user add nils@norrsken.example"},
		{do: "user suspend nils@norrsken.example"},
		{do: "password reset eva@norrsken.example", keep: map[string]string{"link": "eva.link"}},
		{do: "orgkey send eva@norrsken.example", keep: map[string]string{"link": "eva-key.link"}},
		{do: "site add Kiruna --admin sara@norrsken.example"},
		{do: "mailbox add box@norrsken.example --licence Boxes"},
		{do: "mailbox join box@norrsken.example mia@norrsken.example"},
		{do: "secret add vault --generate"},
		{do: "token add clerk --secret-file @clerk.token --allow " + clerkMay},
	}
}

const (
	memberPassword = "Fyra harar under granen"
	clerkMay       = "user.add,user.list,user.show,user.edit,user.delete,user.suspend,user.resume,user.import,session.list,mailbox.add,mailbox.list,mailbox.delete," +
		"secret.list,secret.show,licence.buy,licence.list,licence.assign,licence.remove,logs.list,domain.approve,domain.list,domain.revoke"
)

// step is a command, written as one would type it, and its standard input.
type step struct {
	in     string
	do     string
	device string            // whose it is, where it is not the owner's
	keep   map[string]string // fields of the output that go into files
}

// command is the run of it in a world.
func (s step) command(w world) *exec.Cmd {
	cmd := w.command(s.input(w), s.argv(w)...)
	if s.device != "" {
		cmd.Env = append(cmd.Env, "USHER_STATE_DIR="+w.file(s.device))
	}
	return cmd
}

// argv returns the arguments, with the paths of the files they name.
func (s step) argv(w world) []string {
	args := strings.Fields(s.do)
	for i, arg := range args {
		if name, found := strings.CutPrefix(arg, "@"); found {
			args[i] = w.file(name)
		}
	}
	return args
}

// input returns the standard input: a text, with files of the world for "@name".
func (s step) input(w world) string {
	lines := strings.Split(s.in, "\n")
	for i, line := range lines {
		if name, found := strings.CutPrefix(line, "@"); found {
			text, _ := os.ReadFile(w.file(name))
			lines[i] = strings.TrimSpace(string(text))
		}
	}
	return strings.Join(lines, "\n")
}

// first makes the first world, once.
var first = sync.OnceValues(func() (world, error) {
	w := world{home: filepath.Join(folder, "first")}
	if err := os.MkdirAll(w.home, 0o700); err != nil {
		return w, err
	}
	for i, s := range furniture() {
		if err := s.furnish(w); err != nil {
			return w, fmt.Errorf("usher %s: %w", s.do, err)
		}
		if err := keepAnchor(w, i); err != nil {
			return w, err
		}
	}
	return w, nil
})

// keepAnchor keeps the anchor of this moment beside the world.
func keepAnchor(w world, number int) error {
	data, err := os.ReadFile(w.db() + store.AnchorSuffix)
	if err != nil {
		return err
	}
	return os.WriteFile(fmt.Sprintf("%s.anchor%d", w.home, number), data, 0o600)
}

func (s step) furnish(w world) error {
	o := w.run(s.input(w), append(s.argv(w), "-o", "json")...)
	if o.code != 0 {
		return fmt.Errorf("%v", o)
	}
	if len(s.keep) == 0 {
		return nil
	}
	var made any
	if err := json.Unmarshal([]byte(o.out), &made); err != nil {
		return err
	}
	if list, many := made.([]any); many {
		made = list[0]
	}
	for field, name := range s.keep {
		text := spell(made.(map[string]any), []string{field})
		if err := os.WriteFile(w.file(name), []byte(text+"\n"), 0o600); err != nil || text == "" {
			return fmt.Errorf("no %s: %v", field, err)
		}
	}
	return nil
}
