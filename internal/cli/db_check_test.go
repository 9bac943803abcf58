package cli

import (
	"testing"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

func TestTheAnswerOfTheProcessThatLooksIsReadWhateverItIs(t *testing.T) {
	t.Parallel()
	broken := store.Finding{Kind: "page", Message: "looking at the file came to no end: it brings down, or keeps for ever, whoever reads it"}
	rows := []struct {
		name           string
		stdout, stderr string
		exit           int
		want           []store.Finding
		kind           account.Kind
		code           string
	}{
		{"nothing is wrong", `{"ok":true,"findings":[]}`, "", 0, nil, 0, ""},
		{"something is", `{"ok":false,"findings":[{"kind":"index","where":null,"message":"m"}]}`, `{"error":{"code":"db.findings","exit":10}}`, 10,
			[]store.Finding{{Kind: "index", Message: "m"}}, 0, ""},
		{"it is busy", "", `{"error":{"code":"db.busy","message":"busy","hint":"later","exit":75}}` + "\n", 75, nil, account.Busy, "db.busy"},
		{"a warning stands before the error", "", "usher: warning: old\n" + `{"error":{"code":"db.foreign","message":"foreign","exit":13}}` + "\n", 13, nil, account.Unopenable, "db.foreign"},
		{"a signal ended it", "", "", -1, []store.Finding{broken}, 0, ""},
		{"the runtime ended it", "", "fatal error: fault\n", 2, []store.Finding{broken}, 0, ""},
		{"it reports a mistake of its own", "", `{"error":{"code":"internal","message":"index out of range","exit":1}}`, 1, []store.Finding{broken}, 0, ""},
		{"it was cut off while it wrote", `{"ok":false,"findi`, "", 10, []store.Finding{broken}, 0, ""},
	}
	for _, row := range rows {
		got, err := childAnswer([]byte(row.stdout), []byte(row.stderr), row.exit)
		if account.CodeOf(err) != row.code || err != nil && account.KindOf(err) != row.kind {
			t.Errorf("%s: got error %v, want code %q", row.name, err, row.code)
		}
		if len(got) != len(row.want) || len(got) > 0 && got[0] != row.want[0] {
			t.Errorf("%s: got %v, want %v", row.name, got, row.want)
		}
	}
}
