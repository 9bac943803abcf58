package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.etcd.io/bbolt"

	"github.com/usher-admin/usher/internal/store"
)

// This file makes the world a script begins in, and changes it.

const (
	ownerEmail    = "anna@norrsken.example"
	ownerPassword = "Tre renar vid stationen"
)

// cmdInstance is "instance [FLAG...]": a database with the organisation
// Norrsken Logistik AB, whose owner anna@norrsken.example is signed in. Her
// password goes to owner.pw, the keys to org.key and system.key.
func cmdInstance(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("unsupported: ! instance")
	}
	h := houseOf(ts)
	for _, file := range []string{"owner.pw", ownerEmail + ".pw"} {
		ts.Check(os.WriteFile(filepath.Join(h.work, file), []byte(ownerPassword+"\n"), 0o600))
	}
	init := []string{"--org", "Norrsken Logistik AB", "--email", ownerEmail, "--password-stdin", "-o", "json", "<", "owner.pw"}
	expect(ts, 0, slices.Concat([]string{"init"}, args, init))
	made, err := parseJSON(ts.ReadFile("stdout"))
	ts.Check(err)
	for field, file := range map[string]string{"org_key": "org.key", "system_key": "system.key"} {
		value, err := lookup(made, field)
		ts.Check(err)
		ts.Check(os.WriteFile(filepath.Join(h.work, file), []byte(spell(value)+"\n"), 0o600))
	}
}

// cmdSignin is "signin EMAIL [FLAG...]": signs in with the password in
// EMAIL.pw and, where no flag says otherwise, the key in org.key.
func cmdSignin(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: signin EMAIL [FLAG...]")
	}
	email, flags := args[0], args[1:]
	if len(flags) == 0 {
		flags = []string{"--org-key-file", "org.key"}
	}
	login := []string{"login", email, "--password-stdin", "<", filepath.Join(houseOf(ts).work, email+".pw")}
	expect(ts, 0, append(login, flags...))
}

// cmdDevice is "device NAME": from here on usher runs on another device, which
// remembers what was done on it before. The first one is called home.
func cmdDevice(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: device NAME")
	}
	folder := "state"
	if args[0] != "home" {
		folder += "-" + args[0]
	}
	ts.Setenv("USHER_STATE_DIR", filepath.Join(houseOf(ts).work, folder))
}

// cmdNow is "now TIME": usher's clock stands at an RFC 3339 time, or runs ahead
// of the machine's by a duration such as 31s or 13h; "now" alone is the clock
// of the machine.
func cmdNow(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 1 {
		ts.Fatalf("usage: now [TIME|DURATION]")
	}
	ts.Setenv(variableNow, "")
	if len(args) == 1 {
		ts.Setenv(variableNow, args[0])
	}
}

// cmdText is "text NAME TEXT [TIMES]": sets a variable to a text with the
// escapes of Go, such as \x1b and \u202e, so many times.
func cmdText(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: text NAME TEXT [TIMES]")
	}
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	times := 1
	if len(args) == 3 {
		times, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	ts.Setenv(args[0], strings.Repeat(text, times))
}

func openStore(h *house) *store.Store {
	return store.New(filepath.Join(h.work, "data", "usher.db"), store.Options{
		Wait: 10 * time.Second, Now: time.Now, Random: rand.Reader, Warn: func(string) {},
	})
}

// cmdHold is "hold": another process works on the database until "release".
func cmdHold(ts *testscript.TestScript, neg bool, args []string) {
	h := houseOf(ts)
	if neg || len(args) != 0 || h.release != nil {
		ts.Fatalf("usage: hold, then release")
	}
	held, release, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- openStore(h).Try(context.Background(), func(*store.Tx) error {
			close(held)
			<-release
			return nil
		})
	}()
	select {
	case <-held:
	case err := <-ended:
		ts.Fatalf("cannot hold the database: %v", err)
	}
	h.release = func() error {
		h.release = nil
		close(release)
		return <-ended
	}
}

func cmdRelease(ts *testscript.TestScript, neg bool, args []string) {
	h := houseOf(ts)
	if neg || len(args) != 0 || h.release == nil {
		ts.Fatalf("usage: release, after hold")
	}
	ts.Check(h.release())
}

// cmdSnapshot is "snapshot": remembers every byte of the database.
func cmdSnapshot(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: snapshot")
	}
	houseOf(ts).before = readDatabase(ts)
}

// cmdUnchanged is "unchanged": no byte of the database has changed since the
// snapshot, so no event was written either. "! unchanged" wants a change.
func cmdUnchanged(ts *testscript.TestScript, neg bool, args []string) {
	h := houseOf(ts)
	if len(args) != 0 || h.before == nil {
		ts.Fatalf("usage: unchanged, after snapshot")
	}
	if same := bytes.Equal(h.before, readDatabase(ts)); same == neg {
		ts.Fatalf("the database is the same: %t", same)
	}
}

func readDatabase(ts *testscript.TestScript) []byte {
	data, err := os.ReadFile(ts.Getenv("USHER_DB"))
	ts.Check(err)
	return data
}

// cmdDamage is "damage FILE OFFSET|TEXT": flips one bit at an offset, or in
// every place where a text stands. The database is no longer expected to be
// whole.
func cmdDamage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: damage FILE OFFSET|TEXT")
	}
	houseOf(ts).damaged = true
	path := ts.MkAbs(args[0])
	data, err := os.ReadFile(path)
	ts.Check(err)
	var places []int
	if at, err := strconv.Atoi(args[1]); err == nil {
		places = append(places, at)
	} else {
		places = findAll(data, []byte(args[1]))
	}
	if len(places) == 0 || places[len(places)-1] >= len(data) {
		ts.Fatalf("nothing to damage at %q in %s", args[1], args[0])
	}
	for _, at := range places {
		data[at] ^= 4
	}
	ts.Check(os.WriteFile(path, data, 0o600))
}

func findAll(data, text []byte) (places []int) {
	for from := 0; ; {
		at := bytes.Index(data[from:], text)
		if at < 0 {
			return places
		}
		places = append(places, from+at)
		from += at + len(text)
	}
}

// cmdSchema is "schema N": the database says that an usher with schema N wrote
// it. The form of that mark never changes.
func cmdSchema(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: schema N")
	}
	number, err := strconv.ParseUint(args[0], 10, 32)
	ts.Check(err)
	mark := []byte("@schema")
	value := binary.BigEndian.AppendUint32(nil, uint32(number))
	value = binary.BigEndian.AppendUint32(value, crc32.Checksum(append(mark, value...), crc32.MakeTable(crc32.Castagnoli)))
	reach(ts, func(bucket *bbolt.Bucket) error { return bucket.Put(mark, value) })
}

// cmdLose is "lose KIND": the records of a kind, the first letter of their keys,
// are gone from the database.
func cmdLose(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || len(args[0]) != 1 {
		ts.Fatalf("usage: lose KIND")
	}
	reach(ts, func(bucket *bbolt.Bucket) error {
		for k := range recordsOf(bucket, args[0]) {
			if err := bucket.Delete([]byte(k)); err != nil {
				return err
			}
		}
		return nil
	})
}

// cmdGraft is "graft KIND FILE": the records of a kind are put into the database
// as they are in another file.
func cmdGraft(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || len(args[0]) != 1 {
		ts.Fatalf("usage: graft KIND FILE")
	}
	other, err := bbolt.Open(ts.MkAbs(args[1]), 0o600, &bbolt.Options{Timeout: time.Second, ReadOnly: true})
	ts.Check(err)
	defer other.Close()
	reach(ts, func(bucket *bbolt.Bucket) error {
		return other.View(func(tx *bbolt.Tx) error {
			for k, v := range recordsOf(tx.Bucket([]byte("usher")), args[0]) {
				if err := bucket.Put([]byte(k), []byte(v)); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// reach changes the database behind usher's back.
func reach(ts *testscript.TestScript, change func(bucket *bbolt.Bucket) error) {
	houseOf(ts).damaged = true
	db, err := bbolt.Open(ts.Getenv("USHER_DB"), 0o600, &bbolt.Options{Timeout: time.Second})
	ts.Check(err)
	defer db.Close()
	ts.Check(db.Update(func(tx *bbolt.Tx) error { return change(tx.Bucket([]byte("usher"))) }))
}

func recordsOf(bucket *bbolt.Bucket, kind string) map[string]string {
	found := map[string]string{}
	c := bucket.Cursor()
	for k, v := c.Seek([]byte(kind)); strings.HasPrefix(string(k), kind); k, v = c.Next() {
		found[string(k)] = string(v)
	}
	return found
}
