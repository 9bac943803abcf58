package secretfile

import (
	"reflect"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestReadKnowsTheColumnsOfOthers(t *testing.T) {
	want := Row{Line: 2, Details: account.SecretDetails{Name: "Fritz", Username: "admin", URL: "http://fritz.box", Notes: "hall"}, Value: "p;w"}
	for _, row := range []struct {
		name, text string
		want       Row
		ignored    []string
	}{
		{"usher's own export", "id,name,username,url,notes,value,updated_at,updated_by\n1,Fritz,admin,http://fritz.box,hall,p;w,,\n", want, nil},
		{"a browser", "name,url,username,password,note\nFritz,http://fritz.box,admin,p;w,hall\n", want, nil},
		{"KeePass", "\"Group\",\"Title\",\"Username\",\"Password\",\"URL\",\"Notes\"\nRoot,Fritz,admin,p;w,http://fritz.box,hall\n", want, []string{`"Group"`}},
		{"Bitwarden", "folder,name,notes,login_uri,login_username,login_password\n,Fritz,hall,http://fritz.box,admin,p;w\n", want, []string{`"folder"`}},
		{"LastPass", "url,username,password,extra,name\nhttp://fritz.box,admin,p;w,hall,Fritz\n", want, nil},
		{"semicolons", "name;username;url;notes;value\nFritz;admin;http://fritz.box;hall;\"p;w\"\n", want, nil},
		{"tabs and a byte order mark", "\ufeffname\tusername\turl\tnotes\tvalue\nFritz\tadmin\thttp://fritz.box\thall\tp;w\n", want, nil},
		{"columns that are missing", "name,value\nFritz,p;w\n", Row{Line: 2, Details: account.SecretDetails{Name: "Fritz"}, Value: "p;w"}, nil},
		{"a row that is short", "value,name,notes\np;w,Fritz\n", Row{Line: 2, Details: account.SecretDetails{Name: "Fritz"}, Value: "p;w"}, nil},
		{"a row that is long", "name,value\nFritz,p;w,x\n", Row{Line: 2, Details: account.SecretDetails{Name: "Fritz"}, Value: "p;w", Surplus: true}, nil},
		{"a value with spaces, quotes and lines", "name,value\nFritz,\" =\"\"a\nb\"\n", Row{Line: 2, Details: account.SecretDetails{Name: "Fritz"}, Value: " =\"a\nb"}, nil},
		{"guards come off all but the value", "name,username,value\n'=Fritz,''-x,'=y\n", Row{Line: 2, Details: account.SecretDetails{Name: "=Fritz", Username: "'-x"}, Value: "'=y"}, nil},
		{"a quote that is no guard stays", "name,value\n'n Boer,x\n", Row{Line: 2, Details: account.SecretDetails{Name: "'n Boer"}, Value: "x"}, nil},
	} {
		got, err := Read(strings.NewReader(row.text))
		if err != nil || !reflect.DeepEqual(got, File{Rows: []Row{row.want}, Ignored: row.ignored}) {
			t.Errorf("%s: got %+v, %v; want %+v, ignored %v", row.name, got, err, row.want, row.ignored)
		}
	}
}

func TestReadRefusesWhatIsNoList(t *testing.T) {
	for _, row := range []struct{ name, text, code string }{
		{"nothing", "", "import.empty"},
		{"no column for the value", "name,url\nFritz,x\n", "import.missing_column"},
		{"no header", "Fritz,hunter2\n", "import.missing_column"},
		{"two columns for the name", "name,title,value\n", "import.duplicate_column"},
		{"a stray quotation mark", "name,value\nFritz,hun\"ter2\n", "import.csv"},
		{"a quotation mark without end", "name,value\nFritz,\"hunter2\n", "import.csv"},
		{"too many rows", "name,value\n" + strings.Repeat("a,b\n", maxRows+1), "import.too_long"},
	} {
		_, err := Read(strings.NewReader(row.text))
		if account.KindOf(err) != account.Invalid || account.CodeOf(err) != row.code {
			t.Errorf("%s: got %v, want %s", row.name, err, row.code)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error repeats the value: %v", row.name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("name,username,url,notes,value\nFritz,admin,http://fritz.box,hall,\"p;w\"\n")
	f.Add("name;value\n'=a;b\n")
	f.Add("\ufeffTitle\tPassword\r\na\tb\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Read(strings.NewReader(text))
		if err != nil {
			if account.KindOf(err) != account.Invalid {
				t.Fatalf("got %v, want an Invalid error", err)
			}
			return
		}
		last := 0
		for _, row := range file.Rows {
			if row.Line <= last {
				t.Fatalf("line %d follows line %d", row.Line, last)
			}
			last = row.Line
		}
	})
}
