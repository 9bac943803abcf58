package audit

import (
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/usher-admin/usher/internal/account"
)

var (
	instance = account.InstanceID{0: 7, 15: 1}
	seed     = []byte("0123456789abcdef0123456789abcdef")
)

func mustCheckpoint(t *testing.T, size uint64, root tlog.Hash) Checkpoint {
	t.Helper()
	c, err := NewCheckpoint(instance, seed, size, root)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestACheckpointIsASignedNote(t *testing.T) {
	t.Parallel()
	c := mustCheckpoint(t, 42, tlog.RecordHash([]byte("root")))
	key, err := VerifierKey(instance, seed)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := note.Open([]byte(c.Note), note.VerifierList(verifier))
	if err != nil {
		t.Fatal(err)
	}
	want := "usher/07000000-0000-0000-0000-000000000001\n42\n" + c.Root.String() + "\n"
	if opened.Text != want {
		t.Errorf("text\n got %q\nwant %q", opened.Text, want)
	}
}

func TestCheckpointsAreFoundInWhatKeepsThem(t *testing.T) {
	t.Parallel()
	first, second := mustCheckpoint(t, 3, tlog.RecordHash(nil)), mustCheckpoint(t, 12, tlog.RecordHash([]byte("b")))
	object, err := json.Marshal(map[string]string{"origin": second.Origin, "checkpoint": second.Note})
	if err != nil {
		t.Fatal(err)
	}
	bare := strings.ReplaceAll(first.Note+second.Note, "\n\n", "\n")
	rows := []struct{ name, text string }{
		{"one behind the other", first.Note + second.Note},
		{"with blank lines between", "\n" + first.Note + "\n\n" + second.Note + "\n"},
		{"in a mailbox", "From: root@adm1\nSubject: checkpoint\n\n" + first.Note + "\nFrom: root\n\n" + second.Note},
		{"with line ends of another system", strings.ReplaceAll(first.Note+second.Note, "\n", "\r\n")},
		{"without blank lines, as journals keep them", bare},
		{"in a line of JSON", first.Note + string(object) + "\n"},
		{"with dates before them", "Sat Nov 21\n" + first.Note + "Sun Nov 22\n" + second.Note},
	}
	for _, r := range rows {
		got, err := ParseCheckpoints([]byte(r.text))
		if err != nil || len(got) != 2 || got[0] != first || got[1] != second {
			t.Errorf("%s: got %+v, %v\nwant %+v, %+v", r.name, got, err, first, second)
		}
	}
}

func TestWhatIsNoCheckpointIsAnError(t *testing.T) {
	t.Parallel()
	good := mustCheckpoint(t, 42, tlog.RecordHash(nil)).Note
	lines := strings.Split(good, "\n")
	rows := []struct{ name, text, want string }{
		{"nothing", "", "no checkpoint in it"},
		{"another log's", strings.ReplaceAll(good, "usher/", "sum.example/"), "no checkpoint in it"},
		{"a name alone", lines[0], "cut short"},
		{"no signature", strings.Join(lines[:4], "\n"), "not signed"},
		{"a size that is a word", strings.Replace(good, "\n42\n", "\nmany\n", 1), `size "many" is no number`},
		{"a size with zeros before it", strings.Replace(good, "\n42\n", "\n042\n", 1), `size "042" is no number`},
		{"a root that is cut", strings.Replace(good, lines[2], lines[2][:20], 1), "is no hash"},
		{"a second one that is cut", good + good[:60], "checkpoint 2 of the text"},
	}
	for _, r := range rows {
		got, err := ParseCheckpoints([]byte(r.text))
		if err == nil || !strings.Contains(err.Error(), r.want) {
			t.Errorf("%s: got %+v, %v; want an error with %q", r.name, got, err, r.want)
		}
	}
}

func TestASignatureTellsWhoseCheckpointItIs(t *testing.T) {
	t.Parallel()
	c := mustCheckpoint(t, 42, tlog.RecordHash(nil))
	key, err := VerifierKey(instance, seed)
	if err != nil {
		t.Fatal(err)
	}
	otherSeed, err := VerifierKey(instance, []byte("fedcba9876543210fedcba9876543210"))
	if err != nil {
		t.Fatal(err)
	}
	otherInstance, err := VerifierKey(account.InstanceID{1}, seed)
	if err != nil {
		t.Fatal(err)
	}
	changed := c
	changed.Note = strings.Replace(c.Note, "\n42\n", "\n41\n", 1)
	rows := []struct {
		name   string
		c      Checkpoint
		key    string
		want   bool
		failed bool
	}{
		{"its own key", c, key, true, false},
		{"another key of the same name", c, otherSeed, false, false},
		{"another instance", c, otherInstance, false, false},
		{"a text that was changed", changed, key, false, true},
	}
	for _, r := range rows {
		if got, err := r.c.SignedBy(r.key); got != r.want || (err != nil) != r.failed {
			t.Errorf("%s: got %t, %v; want %t, error: %t", r.name, got, err, r.want, r.failed)
		}
	}
}

func TestAKeyOfTheWrongLengthSignsNothing(t *testing.T) {
	t.Parallel()
	if c, err := NewCheckpoint(instance, seed[:31], 1, tlog.Hash{}); err == nil {
		t.Errorf("got %q, want an error", c.Note)
	}
}

func FuzzParseCheckpoints(f *testing.F) {
	c, err := NewCheckpoint(instance, seed, 42, tlog.RecordHash(nil))
	if err != nil {
		f.Fatal(err)
	}
	key, err := VerifierKey(instance, seed)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(c.Note))
	f.Add([]byte(`{"checkpoint":"usher/a\n1\nAAAA\n\n— usher/a b\n"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		found, err := ParseCheckpoints(text)
		if (err == nil) != (len(found) > 0) {
			t.Errorf("%q: %d checkpoints, %v", text, len(found), err)
		}
		for _, got := range found {
			signed, err := got.SignedBy(key)
			if signed && err == nil && (got.Size != c.Size || got.Root != c.Root) {
				t.Errorf("%q: a signature for size %d is taken for size %d", text, c.Size, got.Size)
			}
		}
	})
}
