package userfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

// pairs returns the rows of data, which has the columns email and
// first_name, as "number: email|first".
func pairs(t *testing.T, data string) (pairs []string) {
	t.Helper()
	_, rows := readAll(t, []byte(data), Options{})
	for _, row := range rows {
		line := fmt.Sprintf("%d: %s|%s", row.Number, row.Email, row.First)
		for _, f := range row.Faults {
			line += " " + f.Code
		}
		pairs = append(pairs, line)
	}
	return pairs
}

func TestLinesEndAsEverySystemEndsThem(t *testing.T) {
	want := []string{"2: a@b|Åsa", "4: c@d|Örjan"}
	for name, end := range map[string]string{"Unix": "\n", "Windows": "\r\n", "old Macintosh": "\r"} {
		t.Run(name, func(t *testing.T) {
			data := strings.ReplaceAll("email,first_name\na@b,Åsa\n\nc@d,Örjan\n", "\n", end)
			if diff := cmp.Diff(want, pairs(t, data)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			cut := strings.TrimSuffix(data, end)
			if diff := cmp.Diff(want, pairs(t, cut)); diff != "" {
				t.Errorf("without the last line break (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCells(t *testing.T) {
	tests := []struct {
		name string
		data string
		want []string
	}{
		{"quotation marks are doubled inside quotation marks", "\"a@b\",\"Åsa \"\"Å\"\" Berg\"\n", []string{"2: a@b|Åsa \"Å\" Berg"}},
		{"blanks around quotation marks do not matter", "  \"a@b\"  , \"Åsa, ing.\" \n", []string{"2: a@b|Åsa, ing."}},
		{"blanks around bare text do not matter", " a@b , Åsa Berg \t\n", []string{"2: a@b|Åsa Berg"}},
		{"a no-break space around text does not matter", "a@b,\u00a0Åsa\u00a0\n", []string{"2: a@b|Åsa"}},
		{"a line break in a cell counts as a line", "a@b,\"Å\r\nsa\"\nc@d,Örjan\n", []string{"2: a@b|Å\r\nsa", "4: c@d|Örjan"}},
		{"every kind of line break in a cell counts once", "\"a@b\n\r\n\r\",x\nc@d,Örjan\n", []string{"2: a@b|x", "6: c@d|Örjan"}},
		{"a comma in quotation marks is no delimiter", "a@b,\"x,y\"\n", []string{"2: a@b|x,y"}},
		{"a semicolon is no delimiter where commas are", "a@b,x;y\n", []string{"2: a@b|x;y"}},
		{"an empty quoted cell is empty", "a@b,\"\"\n", []string{"2: a@b|"}},
		{"text after an empty quoted cell is a fault", "a@b,\"\"x\nc@d,y\n", []string{"2: a@b|x import.quote", "3: c@d|y"}},
		{"a quotation mark in bare text is a fault", "a@b,x\"y\nc@d,y\n", []string{"2: a@b|x\"y import.quote", "3: c@d|y"}},
		{"one fault of quoting is not told again as a wrong number of cells", "a@b,\"x\n", []string{"2: a@b|x import.quote"}},
		{"empty cells beyond the columns do no harm", "a@b,x,,\n", []string{"2: a@b|x"}},
		{"a full cell beyond the columns is a fault", "a@b,x,,y\n", []string{"2: a@b|x import.columns"}},
		{"a row of white space is blank", "\t, \"  \" ,\u00a0\na@b,x\n", []string{"3: a@b|x"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, pairs(t, "email,first_name\n"+test.data)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	tests := []struct {
		name string
		data string
	}{
		{"in any order and letter case", "First_Name,EMAIL\nÅsa,a@b\n"},
		{"with blanks and hyphens for underscores", "First Name, E MAIL ,email\nÅsa,x,a@b\n"},
		{"in quotation marks", "\"email\",\"first_name\"\na@b,Åsa\n"},
		{"separated by semicolons", "email;first_name;role\na@b;Åsa;x,y\n"},
		{"separated by tabs", "email\tfirst_name\na@b\tÅsa\n"},
		{"with a comma in a name, separated by semicolons", "\"x, y, z\";email;first_name\n1;a@b;Åsa\n"},
		{"after the line that names the delimiter", "sep=;\nemail;first_name\na@b;Åsa\n"},
		{"after a byte order mark", "\xef\xbb\xbfemail,first_name\na@b,Åsa\n"},
		{"after blank lines", "\n , \r\nemail,first_name\na@b,Åsa\n"},
		{"with empty names at the end", "email,first_name,,\na@b,Åsa,,\n"},
		{"with an empty name in the middle", "email,,first_name\na@b,x,Åsa\n"},
		{"as usher exports users", "id,email,first_name,auth,licence.plan,licence.state,must_change_password,locked_until,created_at,updated_at,last_login_at\n1,a@b,Åsa,local,,,,,,,\n"},
		{"of Microsoft with a property misspelt with blanks", "version:v1.0,,\nUser principal name [ userPrincipalName] Required,First name [givenName]\na@b,Åsa\n"},
		{"of Microsoft's oldest template", "Name (example: Chris Green) [displayName] *,User name (example: chris@contoso.com) [userPrincipalName] *\nÅsa,a@b\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, rows := readAll(t, []byte(test.data), Options{Map: mapIfForeign(test.data)})
			if len(rows) != 1 || rows[0].Email != "a@b" || rows[0].First != "Åsa" || rows[0].Faults != nil {
				t.Errorf("got %+v, want one row of a@b, Åsa", rows)
			}
		})
	}
}

// mapIfForeign maps a field to its own name where a header has columns that
// usher does not know.
func mapIfForeign(data string) map[string]string {
	if strings.Contains(data, "E MAIL") || strings.Contains(data, "x, y, z") {
		return map[string]string{"email": "email"}
	}
	return nil
}

func TestAMappedColumnWinsOverTheForm(t *testing.T) {
	data := "First Name [Required],Last Name [Required],Email Address [Required],Work Secondary Email\nÅsa,Berg,a@b,c@d\n"
	_, rows := readAll(t, []byte(data), Options{Map: map[string]string{"email": "work secondary email", "site": "Last Name [Required]"}})
	want := []Row{{Number: 2, Email: "c@d", First: "Åsa", Site: "Berg"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOneColumnMayBeMappedTwice(t *testing.T) {
	_, rows := readAll(t, []byte("mail,site\na@b,x\n"), Options{Map: map[string]string{"email": "mail", "first_name": "mail"}})
	want := []Row{{Number: 2, Email: "a@b", First: "a@b", Site: "x"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestACellOfTwoMegabytesIsAFaultOfItsRow(t *testing.T) {
	big := strings.Repeat("Åsa ", 2<<20/5)
	for name, cell := range map[string]string{"bare": big, "quoted": `"` + big + `"`} {
		data := "email,first_name\na@b," + cell + "\nc@d,Örjan\n"
		want := []string{"2: a@b|" + " import.too_long", "3: c@d|Örjan"}
		got := pairs(t, data)
		if len(got) == 2 {
			number, _, _ := strings.Cut(got[0], "|")
			_, code, _ := strings.Cut(got[0], "import.")
			got[0] = number + "| import." + code
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	data := "User principal name,Street address\na@b," + big + "\n"
	if _, rows := readAll(t, []byte(data), Options{}); len(rows) != 1 || len(rows[0].Faults) != 1 {
		t.Errorf("in a column nobody wants: got %v, want one row with a fault", rows)
	}
	_, rows := readAll(t, []byte("email,first_name\na@b,12345\nc@d,123456\n"), Options{MaxCell: 5})
	if diff := cmp.Diff([]string{"3 [first_name] import.too_long"}, faultsOf(rows)); diff != "" {
		t.Errorf("with a limit of 5 bytes (-want +got):\n%s", diff)
	}
}

func TestOneRowHasNotFaultsWithoutEnd(t *testing.T) {
	for name, data := range map[string]string{
		"CSV":  "email\n" + strings.Repeat(`x"y,`, 1000) + "\n",
		"JSON": "{" + strings.Repeat(`"x":1,`, 1000) + `"x":1}`,
	} {
		if _, rows := readAll(t, []byte(data), Options{}); len(rows) != 1 || len(rows[0].Faults) != MaxFaults {
			t.Errorf("%s: got %d rows with %d faults, want one with %d", name, len(rows), len(rows[0].Faults), MaxFaults)
		}
	}
}

// endless is a text that goes on for n bytes.
type endless struct {
	head io.Reader
	left int
}

func (e *endless) Read(p []byte) (int, error) {
	if n, err := e.head.Read(p); err == nil {
		return n, nil
	}
	if e.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), e.left)
	for i := range p[:n] {
		p[i] = "x,\n"[i%3]
	}
	e.left -= n
	return n, nil
}

func TestAQuotationMarkWithoutEndDoesNotFillTheMemory(t *testing.T) {
	const size = 16 << 20
	r, err := Open(&endless{strings.NewReader("email,first_name\na@b,\""), size}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var row Row
	if err := r.Next(&row); err != nil || len(row.Faults) != 1 {
		t.Errorf("got %v, %v; want a row with one fault", row.Faults, err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 2<<20 {
		t.Errorf("reading %d MiB took %d bytes of memory, want less than 2 MiB", size>>20, used)
	}
	if err := r.Next(&row); !errors.Is(err, io.EOF) {
		t.Errorf("after the last row: %v, want EOF", err)
	}
}

func TestAReaderThatFailsIsToldAsSuch(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("email\na@b\n"+strings.Repeat("c@d\n", sampleSize)), iotest.ErrReader(io.ErrClosedPipe))
	r, err := Open(broken, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var row Row
	for err == nil {
		err = r.Next(&row)
	}
	if got := err.Error(); !strings.Contains(got, "closed pipe") {
		t.Errorf("got %q, want the cause", got)
	}
	if again := r.Next(&row); !errors.Is(again, err) {
		t.Errorf("once failed: %v, want %v again", again, err)
	}
	if _, err := Open(iotest.ErrReader(io.ErrClosedPipe), Options{}); err == nil {
		t.Error("Open of a broken reader: no error")
	}
}

// Whatever encoding/csv writes is read the same way here, in whatever pieces
// the text arrives.
func TestWhatIsWrittenAsCSVIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune(`aÅ,;"= `+"\n\t'€😀")), 0, 12, -1)
		n := rapid.IntRange(0, 20).Draw(t, "rows")
		var data bytes.Buffer
		w := csv.NewWriter(&data)
		w.Comma = rapid.SampledFrom([]rune{',', ';', '\t'}).Draw(t, "delimiter")
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		_ = w.Write([]string{"email", "last_name", "site"})
		var want [][3]string
		for range n {
			record := []string{"a" + text.Draw(t, "email"), text.Draw(t, "last"), text.Draw(t, "site")}
			_ = w.Write(record)
			want = append(want, [3]string{unguardedOf(record[0]), unguardedOf(record[1]), unguardedOf(record[2])})
		}
		w.Flush()
		var r io.Reader = bytes.NewReader(data.Bytes())
		if rapid.Bool().Draw(t, "byte by byte") {
			r = iotest.OneByteReader(r)
		}
		reader, err := Open(r, Options{})
		if err != nil {
			t.Fatalf("Open: %v", err)
		}
		var got [][3]string
		var row Row
		for reader.Next(&row) == nil {
			if row.Faults != nil {
				t.Fatalf("row %d of %q: %+v", row.Number, data.String(), row.Faults)
			}
			got = append(got, [3]string{plainOf(row.Email), plainOf(row.Last), plainOf(row.Site)})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%q (-want +got):\n%s", data.String(), diff)
		}
	})
}

// unguardedOf is plainOf without the quote that keeps a spreadsheet from running
// the text.
func unguardedOf(s string) string { return plainOf(account.UnguardFormula(plainOf(s))) }

// plainOf is a text as both sides of the comparison have it: trimmed, and with
// the line breaks that a CSV writer may change made one kind.
func plainOf(s string) string {
	return strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n")
}
