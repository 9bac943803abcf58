package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A clerk works on things of his own, one command after the other, and keeps a
// book of what must be true of them: how each looks, and how many events its
// commands left. Several clerks work on one database at once.

// act is a command that changes things.
type act struct {
	stdin  string
	args   []string
	action string            // of the events it leaves, one for each thing
	makes  map[string]string // how things look afterwards; "": they are gone
	reason string            // where there is no such thing: what its event says
	may    []int             // exit codes with which it may change nothing
	backup string            // a file that it writes
}

// clerk is one of them.
type clerk struct {
	world
	name   string
	token  string // file with the service token he works with; "": the owner's session
	dice   *rand.Rand
	looks  map[string]string // of every thing that is there
	events map[string]int    // by action
	bought int               // seats of the plan tally
	fault  func(format string, args ...any)
}

func newClerk(w world, number int, seed uint64, fault func(string, ...any)) *clerk {
	c := &clerk{
		world: w, name: fmt.Sprintf("w%d", number), dice: rand.New(rand.NewPCG(seed, uint64(number))),
		looks: map[string]string{}, events: map[string]int{}, fault: fault,
	}
	if number > 0 {
		c.token = w.file("clerk.token")
	}
	return c
}

// command is a run of usher by the clerk.
func (c *clerk) command(stdin string, args ...string) *exec.Cmd {
	cmd := c.world.command(stdin, args...)
	if c.token != "" {
		cmd.Env = append(cmd.Env, "USHER_TOKEN_FILE="+c.token)
	}
	return cmd
}

// choose makes up the next command that is possible as things look.
func (c *clerk) choose() act {
	if c.token == "" && c.dice.IntN(2) == 0 {
		return c.chooseOfOwner()
	}
	switch c.dice.IntN(12) {
	case 0:
		return c.chooseSeat()
	case 1:
		return c.chooseBox()
	case 2:
		return c.chooseImport()
	case 3:
		return c.chooseOfFile()
	}
	user := c.thing("user", 6)
	email := strings.TrimPrefix(user, "user ")
	look := strings.Split(c.looks[user], "|")
	if len(look) != 3 {
		first := c.word()
		return act{args: []string{"user", "add", email, "--first", first}, action: "user.add", makes: map[string]string{user: first + "|pending|"}}
	}
	first, status, licence := look[0], look[1], look[2]
	one := func(action, look string, args ...string) act {
		return act{args: append(strings.Split(action, "."), args...), action: action, makes: map[string]string{user: look}}
	}
	switch c.dice.IntN(5) {
	case 0:
		return one("user.delete", "", email)
	case 1:
		if status == "pending" {
			return one("user.suspend", first+"|suspended|"+licence, email)
		}
		return one("user.resume", first+"|pending|"+licence, email)
	case 2, 3:
		if licence != "" {
			return one("licence.remove", first+"|"+status+"|", email)
		}
		if status == "pending" {
			which := []string{plan, scarce}[c.dice.IntN(2)]
			a := one("licence.assign", first+"|"+status+"|"+which, email, "--plan", which)
			if which == scarce {
				a.may = []int{8}
			}
			return a
		}
	}
	first = c.word()
	return one("user.edit", first+"|"+status+"|"+licence, email, "--first", first)
}

// chooseSeat buys a seat of the plan that everybody buys of: what is lost, or
// done twice, is found by counting. The reason tells whose it was.
func (c *clerk) chooseSeat() act {
	reason := c.name + " " + c.word()
	return act{args: []string{"licence", "buy", tally, "--seats", "1", "--reason", reason}, action: "licence.buy", reason: reason}
}

func (c *clerk) chooseBox() act {
	box := c.thing("mailbox", 2)
	address := strings.TrimPrefix(box, "mailbox ")
	if c.looks[box] != "" {
		return act{args: []string{"mailbox", "delete", address}, action: "mailbox.delete", makes: map[string]string{box: ""}}
	}
	return act{args: []string{"mailbox", "add", address, "--licence", "Boxes"}, action: "mailbox.add", makes: map[string]string{box: "Boxes"}}
}

// chooseOfFile is about the file as a whole, and changes nothing that is in it.
func (c *clerk) chooseOfFile() act {
	if c.dice.IntN(2) == 0 {
		return act{args: []string{"db", "compact"}}
	}
	name := c.file(c.name + "-" + c.word() + ".db")
	return act{args: []string{"db", "backup", name}, backup: name}
}

// lookAtBackup looks whether a backup that is there is whole, and takes it away.
func (c *clerk) lookAtBackup(a act) (there bool) {
	if !isFile(a.backup) {
		return false
	}
	found, err := readWhole(a.backup)
	if err == nil && len(found.faults) > 0 {
		err = fmt.Errorf("%v", found.faults)
	}
	if err != nil {
		c.fault("usher %s: %v", strings.Join(a.args, " "), err)
	}
	_ = os.Remove(a.backup)
	return true
}

// chooseImport adds several users at once, or deletes those it finds.
func (c *clerk) chooseImport() act {
	a := act{stdin: "email,first_name\n", args: []string{"user", "import", "-"}, action: "user.import", makes: map[string]string{}}
	var there []string
	for i := range 5 {
		user := fmt.Sprintf("user %s-row%d@norrsken.example", c.name, i)
		email := strings.TrimPrefix(user, "user ")
		if c.looks[user] != "" {
			there = append(there, email)
			continue
		}
		first := c.word()
		a.stdin += email + "," + first + "\n"
		a.makes[user] = first + "|pending|"
	}
	if len(there) == 0 {
		return a
	}
	a = act{args: append([]string{"user", "delete"}, there...), action: "user.delete", makes: map[string]string{}}
	for _, email := range there {
		a.makes["user "+email] = ""
	}
	return a
}

// chooseOfOwner is a command that needs the organisation key or the password.
func (c *clerk) chooseOfOwner() act {
	switch c.dice.IntN(12) {
	case 0:
		return act{stdin: ownerPassword, args: []string{"login", ownerEmail, "--password-stdin"}}
	case 1:
		return act{stdin: ownerPassword, args: []string{"orgkey", "rotate", "--password-stdin"}}
	case 2, 3:
		token := c.thing("token", 2)
		name := strings.TrimPrefix(token, "token ")
		if c.looks[token] != "" {
			return act{args: []string{"token", "revoke", name}, action: "token.revoke", makes: map[string]string{token: ""}}
		}
		return act{stdin: ownerPassword, args: []string{"token", "add", name, "--allow", "user.list", "--password-stdin"}, action: "token.add", makes: map[string]string{token: "user.list"}}
	case 4, 5:
		domain := c.thing("domain", 2)
		name := strings.TrimPrefix(domain, "domain ")
		if c.looks[domain] != "" {
			return act{args: []string{"domain", "revoke", name}, action: "domain.revoke", makes: map[string]string{domain: ""}}
		}
		return act{args: []string{"domain", "approve", name}, action: "domain.approve", makes: map[string]string{domain: name}}
	}
	secret := c.thing("secret", 3)
	name, word := strings.TrimPrefix(secret, "secret "), c.word()
	switch {
	case c.looks[secret] == "":
		return act{args: []string{"secret", "add", name, "--username", word, "--generate"}, action: "secret.add", makes: map[string]string{secret: word}}
	case c.dice.IntN(2) == 0:
		return act{args: []string{"secret", "delete", name}, action: "secret.delete", makes: map[string]string{secret: ""}}
	}
	return act{args: []string{"secret", "edit", name, "--username", word}, action: "secret.edit", makes: map[string]string{secret: word}}
}

// thing picks one of the clerk's few things of a kind.
func (c *clerk) thing(kind string, of int) string {
	name := fmt.Sprintf("%s-%d", c.name, c.dice.IntN(of))
	switch kind {
	case "user":
		name += "@norrsken.example"
	case "mailbox":
		name += "-box@norrsken.example"
	case "domain":
		name += ".example"
	}
	return kind + " " + name
}

func (c *clerk) word() string { return fmt.Sprintf("N%06d", c.dice.IntN(1_000_000)) }

// enter writes an act that was done into the book.
func (c *clerk) enter(a act) {
	if a.reason != "" {
		c.events[a.action]++
		c.bought++
	}
	for thing, look := range a.makes {
		c.events[a.action]++
		c.looks[thing] = look
		if look == "" {
			delete(c.looks, thing)
		}
	}
}

// look tells how the things look that an act would have changed.
func (c *clerk) look(a act) (map[string]string, error) {
	kinds := map[string]bool{}
	for thing := range a.makes {
		kind, _, _ := strings.Cut(thing, " ")
		kinds[kind] = true
	}
	return c.lookAt(slices.Collect(maps.Keys(kinds))...)
}

// fields names, for each kind of thing, where its name stands in a list and what
// its look is made of.
func fields(kind string) (name string, look []string) {
	switch kind {
	case "user":
		return "email", []string{"first_name", "status", "licence.plan"}
	case "mailbox":
		return "address", []string{"licence.plan"}
	case "secret":
		return "name", []string{"username"}
	case "token":
		return "name", []string{"allow.0"}
	}
	return "domain", []string{"domain"}
}

// lookAt lists whole kinds of things and returns how each of the clerk's looks.
func (c *clerk) lookAt(kinds ...string) (map[string]string, error) {
	looks := map[string]string{}
	for _, kind := range kinds {
		o := finish(c.command("", kind, "list", "-o", "json"))
		var list []map[string]any
		if err := json.Unmarshal([]byte(o.out), &list); o.code != 0 || err != nil {
			return nil, fmt.Errorf("usher %s list: %v", kind, o)
		}
		name, parts := fields(kind)
		for _, item := range list {
			if own, _ := item[name].(string); strings.HasPrefix(own, c.name+"-") {
				looks[kind+" "+own] = spell(item, parts)
			}
		}
	}
	return looks, nil
}

// spell writes the fields of an object in a row.
func spell(item map[string]any, paths []string) string {
	var words []string
	for _, path := range paths {
		var value any = item
		for _, step := range strings.Split(path, ".") {
			switch v := value.(type) {
			case map[string]any:
				value = v[step]
			case []any:
				value = v[0]
			default:
				value = nil
			}
		}
		word, _ := value.(string)
		words = append(words, word)
	}
	return strings.Join(words, "|")
}

// try runs an act to its end and enters it.
func (c *clerk) try(a act) outcome {
	o := finish(c.command(a.stdin, a.args...))
	c.settle(a, o)
	return o
}

// settle enters an act by how it ended.
func (c *clerk) settle(a act, o outcome) {
	switch {
	case o.code == 0:
		c.enter(a)
		if a.backup != "" && !c.lookAtBackup(a) {
			c.fault("usher %s: it is not there", strings.Join(a.args, " "))
		}
	case !slices.Contains(a.may, o.code):
		c.fault("usher %s: %v", strings.Join(a.args, " "), o)
	}
}

// audit compares the clerk's book with the database.
func (c *clerk) audit() {
	kinds := []string{"user", "mailbox", "domain"}
	if c.token == "" {
		kinds = append(kinds, "secret", "token")
	}
	looks, err := c.lookAt(kinds...)
	if err != nil {
		c.fault("%v", err)
		return
	}
	if !maps.Equal(looks, c.looks) {
		c.fault("%s: the database has\n%v\nand should have\n%v", c.name, looks, c.looks)
	}
}
