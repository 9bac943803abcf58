package userfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/usher-admin/usher/internal/account"
)

// faultsOf writes the faults of rows as "number column code".
func faultsOf(rows []Row) (faults []string) {
	for _, row := range rows {
		for _, f := range row.Faults {
			faults = append(faults, fmt.Sprintf("%d [%s] %s", row.Number, f.Column, f.Code))
		}
	}
	return faults
}

func numbersOf(rows []Row) (numbers []int) {
	for _, row := range rows {
		numbers = append(numbers, row.Number)
	}
	return numbers
}

func TestBadRowsAreToldByNumberColumnAndReason(t *testing.T) {
	tests := []struct {
		file    string
		numbers []int
		faults  []string
	}{
		// What only the caller can judge goes through as it stands.
		{"bad/twins.csv", []int{2, 3, 4, 5, 6, 7, 8, 9}, nil},
		{"bad/unapproved.csv", []int{2, 3, 4, 5, 6, 7}, nil},
		{"bad/formulas.csv", []int{2, 3, 4, 5, 6, 7, 8}, nil},
		{"bad/nul-bytes.csv", []int{2, 3, 4, 5}, nil},
		{"bad/control-characters.csv", []int{2, 3, 4, 5, 7, 8}, nil},
		{"bad/blank-lines.csv", []int{5, 9, 11}, nil},
		{"bad/ragged.csv", []int{2, 3, 4, 5, 6, 7}, []string{
			"3 [] import.columns", "4 [] import.columns", "6 [] import.columns",
		}},
		{"bad/invalid-utf8.csv", []int{2, 3, 4, 5}, []string{
			"3 [last_name] import.encoding", "5 [first_name] import.encoding",
		}},
		{"bad/truncated-utf16.csv", []int{2, 3}, []string{"3 [role] import.encoding"}},
		{"bad/unterminated-quote.csv", []int{2, 3, 4, 5, 6}, []string{
			"3 [first_name] import.quote", "4 [first_name] import.quote", "6 [first_name] import.quote",
		}},
		{"bad/google-status.csv", []int{2, 3, 4, 5}, []string{
			"3 [Status [READ ONLY]] import.value",
			"4 [Password [Required]] import.hash",
			"5 [Password Hash Function [UPLOAD ONLY]] import.value",
		}},
		{"bad/m365-deleted.csv", []int{2, 3, 4, 5, 6}, []string{
			"3 [Soft deletion time stamp] import.deleted", "6 [Block credential] import.value",
		}},
		{"bad/lines.jsonl", []int{1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12}, []string{
			"2 [] import.json", "3 [] import.json", "5 [role] import.duplicated", "6 [email] import.json",
			"7 [licence] import.json", "7 [site] import.json", "8 [licence.plan] import.duplicated",
			"9 [first_name] import.encoding", "10 [] import.json", "12 [] import.json",
		}},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			_, rows := readAll(t, testFile(t, test.file), Options{})
			if diff := cmp.Diff(test.numbers, numbersOf(rows)); diff != "" {
				t.Errorf("row numbers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.faults, faultsOf(rows)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAFileThatCannotBeReadIsRefusedWithAWayOn(t *testing.T) {
	workbook := "PK\x03\x04 and so on"
	tests := []struct {
		name    string
		data    string
		options Options
		kind    account.Kind
		code    string
		message string // part of it
		hint    string // part of it
	}{
		{"a file without an address column", string(testFile(t, "bad/missing-column.csv")), Options{},
			account.Invalid, "import.missing_column", `"first_name", "last_name", "role"`, "--map"},
		{"a typing error in usher's own form", string(testFile(t, "bad/unknown-column.csv")), Options{},
			account.Invalid, "import.unknown_column", `"frist_name"`, `did you mean "first_name"`},
		{"one field in two columns", string(testFile(t, "bad/duplicate-column.csv")), Options{},
			account.Invalid, "import.duplicate_column", `"first_name" and "first name"`, "--map"},
		{"an empty file", string(testFile(t, "bad/empty.csv")), Options{},
			account.Invalid, "import.empty", "empty", "usher user template"},
		{"nothing but a byte order mark and blank lines", "\xef\xbb\xbf\r\n\r\n , ,\n", Options{},
			account.Invalid, "import.empty", "empty", "usher user template"},
		{"an empty file said to be JSON Lines", "", Options{Form: FormJSONL},
			account.Invalid, "import.empty", "empty", "usher user template"},
		{"a list of nobody's form", string(testFile(t, "hr-windows-1252.csv")), Options{},
			account.Invalid, "import.unknown_form", `"Förnamn"`, "--map first_name='Förnamn' --map last_name='Efternamn' --map email='E-post'"},
		{"columns that mean nothing to usher", "a;b\n1;2\n", Options{},
			account.Invalid, "import.unknown_form", `"a", "b"`, "--map email='COLUMN'"},
		{"a column name that would run in a shell", "E-post';reboot,b\n1,2\n", Options{},
			account.Invalid, "import.unknown_form", "reboot", "--map email='COLUMN'"},
		{"Google's form without the address", "First Name [Required],Last Name [Required]\nÅsa,Berg\n", Options{},
			account.Invalid, "import.missing_column", `"First Name [Required]"`, "--map"},
		{"a form that the file does not have", string(testFile(t, "usher.csv")), Options{Form: FormGoogle},
			account.Invalid, "import.missing_column", `"email"`, "--map"},
		{"a column for passwords in clear text", "email,password\na@b.example,x\n", Options{},
			account.Invalid, "import.unknown_column", `"password"`, "password_hash"},
		{"a mapped column that is not there", "email,namn\na@b.example,x\n", Options{Map: map[string]string{"first_name": "Förnamn"}},
			account.Invalid, "import.missing_column", `"Förnamn" for first_name; the file has "email", "namn"`, "--map"},
		{"a field that does not exist", "email\na@b.example\n", Options{Map: map[string]string{"shoe_size": "email"}},
			account.Usage, "import.map", `"shoe_size"`, "first_name"},
		{"a field mapped to nothing", "email\na@b.example\n", Options{Map: map[string]string{"email": " "}},
			account.Usage, "import.map", `"email"`, "field=column"},
		{"one field mapped twice", "email\na@b.example\n", Options{Map: map[string]string{"licence": "a", "license": "b"}},
			account.Usage, "import.map", `"licence"`, ""},
		{"a map for JSON that names no field", "{}\n", Options{Map: map[string]string{"id": "id"}},
			account.Usage, "import.map", `"id"`, "field=column"},
		{"a workbook", workbook, Options{}, account.Invalid, "import.spreadsheet", "workbook", "CSV"},
		{"a JSON array", "\n [{\"email\":\"a@b.example\"}]", Options{},
			account.Invalid, "import.array", "array", "-o jsonl"},
		{"a JSON array said to be JSON Lines", "[{}]", Options{Form: FormJSONL},
			account.Invalid, "import.array", "array", "-o jsonl"},
		{"a header with an open quotation mark", "email,\"first_name\na@b.example,x\n", Options{},
			account.Invalid, "import.header", "line 1", "names"},
		{"a header of too many columns", "email" + strings.Repeat(",x", MaxColumns) + "\n", Options{},
			account.Invalid, "import.header", "line 1", "1000 names"},
		{"a header with an endless name", "email," + strings.Repeat("x", MaxColumnName+1) + "\n", Options{},
			account.Invalid, "import.header", "line 1", "512 bytes"},
		{"a header with a lost letter", "email,f\uFFFDrnamn\n", Options{},
			account.Invalid, "import.encoding", "line 1", "UTF-8"},
		{"a form that does not exist", "email\n", Options{Form: "xlsx"},
			account.Usage, "import.format", `"xlsx"`, "auto, usher, m365, google or jsonl"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Open(strings.NewReader(test.data), test.options)
			var e *account.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *account.Error", err)
			}
			if e.Kind != test.kind || e.Code != test.code {
				t.Errorf("got kind %d, code %q; want %d, %q", e.Kind, e.Code, test.kind, test.code)
			}
			if !strings.Contains(e.Message, test.message) {
				t.Errorf("message %q lacks %q", e.Message, test.message)
			}
			if !strings.Contains(e.Hint, test.hint) {
				t.Errorf("hint %q lacks %q", e.Hint, test.hint)
			}
		})
	}
}

func TestAHeaderAloneHasNoRows(t *testing.T) {
	for _, data := range []string{"email", "email\n", "email,role\r\n\r\n", "version:v1.0\nUser name [userPrincipalName] Required\n"} {
		if _, rows := readAll(t, []byte(data), Options{}); len(rows) != 0 {
			t.Errorf("%q: got %d rows, want none", data, len(rows))
		}
	}
}

func TestParseForm(t *testing.T) {
	for _, f := range Forms() {
		if got, err := ParseForm(strings.ToUpper(string(f))); got != f || err != nil {
			t.Errorf("ParseForm(%q) = %q, %v", f, got, err)
		}
	}
	if got, err := ParseForm(""); got != FormAuto || err != nil {
		t.Errorf("ParseForm of nothing = %q, %v; want auto", got, err)
	}
	if _, err := ParseForm("csv\x1b[2J"); account.KindOf(err) != account.Usage || strings.ContainsRune(err.Error(), 0x1b) {
		t.Errorf("ParseForm of nonsense: %v", err)
	}
}
