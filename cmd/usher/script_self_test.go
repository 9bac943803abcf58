package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The judge of the scripts is judged itself: what it must find is planted.

const (
	plantedPassword = "Tre renar vid stationen"
	plantedSession  = "usher_s_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8x8KWrg"
	plantedKey      = "UK-312PC-YBGPB-DQB7E-RASGB-WWRGM-7ZX3A-KTTA"
)

func plantedHouse(t *testing.T) *house {
	t.Helper()
	work := t.TempDir()
	h := &house{work: work, own: filepath.Join(work, ".script"), trail: filepath.Join(work, ".script", "trail")}
	for _, folder := range []string{h.trail, filepath.Join(work, "data"), filepath.Join(work, "state", "id"), filepath.Join(work, temporaryFolder), filepath.Join(work, "home", ".cache")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	plant(t, h, "owner.pw", plantedPassword)
	plant(t, h, "org.key", plantedKey)
	plant(t, h, "state/id/session", plantedSession)
	return h
}

func plant(t *testing.T, h *house, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(h.work, name), []byte(text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheJudgeFindsWhatIsPlanted(t *testing.T) {
	t.Parallel()
	raw := string(keyBytes(strings.ReplaceAll(strings.TrimPrefix(plantedKey, "UK-"), "-", "")))
	if len(raw) != 20 {
		t.Fatalf("key bytes: got %d, want 20", len(raw))
	}
	trail := ".script/trail/1"
	rows := []struct {
		name, file, text string
		want             bool
	}{
		{"a plain error is no fault", trail, "[\"version\"]\n[]\nusher: error: no user \"bo\"", false},
		{"the trace of a panic", trail, "[]\n[]\npanic: oh\n\ngoroutine 1 [running]:", true},
		{"a place in the source", trail, "[]\n[]\nusher: error: a mistake at internal/cli/main.go:12", true},
		{"a password among arguments", trail, "[\"login\",\"" + plantedPassword + "\"]\n[]\n", true},
		{"a password in the environment of a child", trail, "[\"password\",\"deliver\"]\n[\"SECRET=" + plantedPassword + "\"]\n", true},
		{"a session on standard error", trail, "[]\n[]\n" + plantedSession, true},
		{"a session in the database", "data/usher.db", "\x00" + plantedSession, true},
		{"a password in the home", "home/.cache/usher", plantedPassword, true},
		{"a key in a backup", "backup", "\x00" + raw, true},
		{"a key in a text of the script", "shown.txt", plantedKey, false},
		{"a temporary file that is left", temporaryFolder + "/1", "harmless", true},
		{"a key on standard error", trail, "[]\n[]\nusher: warning: " + plantedKey, true},
		{"a password in the database", "data/usher.db", "\x00\x01" + plantedPassword + "\x00", true},
		{"a key in the database as it is written", "data/usher.db", "\x00" + plantedKey, true},
		{"a key in the database without its groups", "data/usher.db", "\x00312PCYBGPBDQB7ERASGBWWRGM7ZX3AKTTA", true},
		{"a key in the database as bytes", "data/usher.db.tmp", "\x00" + raw + "\x00", true},
		{"a password that a device remembers", "state/id/session", plantedPassword, true},
		{"a key that a device remembers is where it belongs", "state/id/key-1", plantedKey, false},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			h := plantedHouse(t)
			plant(t, h, r.file, r.text)
			secrets := h.secrets()
			faults := append(h.judgeTrail(secrets), h.judgeFiles(secrets)...)
			if got := len(faults) > 0; got != r.want {
				t.Errorf("faults: got %q, want any: %t", faults, r.want)
			}
		})
	}
}

func TestTheJudgeReadsOutput(t *testing.T) {
	t.Parallel()
	h := plantedHouse(t)
	rows := []struct {
		name string
		args []string
		text string
		want int
	}{
		{"nothing secret", []string{"user", "list"}, "anna@norrsken.example", 0},
		{"a password", []string{"user", "list"}, plantedPassword, 1},
		{"a key that nobody asked for", []string{"user", "list"}, plantedKey, 1},
		{"a key that somebody asked for", []string{"orgkey", "show"}, plantedKey, 0},
		{"a password is never asked for", []string{"orgkey", "show"}, plantedPassword, 1},
	}
	for _, r := range rows {
		if got := h.judgeOutput(r.args, r.text, h.secrets()); len(got) != r.want {
			t.Errorf("%s: got faults %q, want %d", r.name, got, r.want)
		}
	}
}

func TestLookupFollowsPaths(t *testing.T) {
	t.Parallel()
	value, err := parseJSON(`{"a":[{"b":1.50,"c":null,"d":"x","e":{"f":true}},"last"]}`)
	if err != nil {
		t.Fatal(err)
	}
	rows := []struct{ path, want string }{
		{"a.0.b", "1.50"},
		{"a.0.c", "null"},
		{"a.0.d", "x"},
		{"a.0.e", `{"f":true}`},
		{"a.-1", "last"},
		{"a.len", "2"},
		{"a.2", "index 2 of 2 elements"},
		{"a.0.x", `no field "x"`},
		{"a.1.x", `nothing below last to look for "x" in`},
		{"a.x", `"x" is no index`},
	}
	for _, r := range rows {
		got, err := lookup(value, r.path)
		text := spell(got)
		if err != nil {
			text = err.Error()
		}
		if text != r.want {
			t.Errorf("%s: got %s, want %s", r.path, text, r.want)
		}
	}
	if _, err := parseJSON("{} {}"); err == nil {
		t.Error("two values are taken for one")
	}
	if _, ok := value.(map[string]any)["a"].([]any)[0].(map[string]any)["b"].(json.Number); !ok {
		t.Error("a number does not stay as it was written")
	}
}
