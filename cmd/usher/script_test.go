package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/usher-admin/usher/internal/service/ldapdir/ldaptest"
)

// The scripts below testdata/script show usher the way its users see it; the
// README there lists the commands they are written in. The test binary serves
// as usher too: whatever is called "usher" runs the program instead of the
// tests, through the same door as main.

// scriptFolder is where the scripts lie, seen from this package.
const scriptFolder = "../../testdata/script"

// listFolder holds lists of users as other systems write them; scripts know it
// as $LISTS.
const listFolder = "../../testdata/import"

func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "usher":
		os.Exit(runUnderTest())
	case terminalProgram:
		os.Exit(runTerminal(os.Args[1:]))
	}
	if os.Getenv("GOTMPDIR") == "" && spacious(memoryFolder) {
		// Every change is flushed to the disk; scripts need not wait for one.
		os.Setenv("GOTMPDIR", memoryFolder)
	}
	os.Exit(m.Run())
}

// memoryFolder is where Linux keeps files in memory.
const memoryFolder = "/dev/shm"

// spacious reports whether a folder is there with room for all scripts.
func spacious(folder string) bool {
	const enough = 256 << 20
	var fs syscall.Statfs_t
	err := syscall.Statfs(folder, &fs)
	return err == nil && fs.Bavail*uint64(fs.Bsize) >= enough
}

func TestScripts(t *testing.T) {
	t.Parallel()
	bin := installSelf(t)
	lists, err := filepath.Abs(listFolder)
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                scriptFolder,
		Setup:              func(env *testscript.Env) error { return furnish(env, bin, lists) },
		Cmds:               scriptCommands(),
		Condition:          scriptCondition,
		UpdateScripts:      os.Getenv("USHER_UPDATE") != "",
		RequireUniqueNames: true,
	})
}

// installSelf puts the test binary under the name of usher, and that of the
// terminal it may run on, into a folder of its own and returns the folder. It is a
// hard link or a copy, not a symbolic link: a usher that starts itself again must
// find itself under that name.
func installSelf(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	usher := filepath.Join(bin, "usher")
	if os.Link(self, usher) != nil {
		program, err := os.ReadFile(self)
		if err == nil {
			// A process forked meanwhile would hold the file open for writing, and
			// nobody could run it.
			syscall.ForkLock.RLock()
			err = os.WriteFile(usher, program, 0o755)
			syscall.ForkLock.RUnlock()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(usher, filepath.Join(bin, terminalProgram)); err != nil {
		t.Fatal(err)
	}
	return bin
}

// scriptCommands are the words of scripts beyond testscript's own.
func scriptCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"usher":     cmdUsher,
		"exit":      cmdExit,
		"race":      cmdRace,
		"json":      cmdJSON,
		"jsonl":     cmdJSONLines,
		"instance":  cmdInstance,
		"signin":    cmdSignin,
		"device":    cmdDevice,
		"now":       cmdNow,
		"text":      cmdText,
		"hash":      cmdHash,
		"hold":      cmdHold,
		"release":   cmdRelease,
		"snapshot":  cmdSnapshot,
		"unchanged": cmdUnchanged,
		"damage":    cmdDamage,
		"schema":    cmdSchema,
		"repeat":    cmdRepeat,
		"lose":      cmdLose,
		"graft":     cmdGraft,
		"terminal":  cmdTerminal,
		"shown":     cmdShown,

		"directory":  cmdDirectory,
		"mailserver": cmdMailServer,
		"mails":      cmdMails,
		"maillink":   cmdMailLink,
	}
}

// scriptCondition answers the conditions beyond testscript's own: [root] and
// [slapd].
func scriptCondition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "slapd":
		return ldaptest.Available(), nil
	}
	return false, errUnknownCondition(name)
}
