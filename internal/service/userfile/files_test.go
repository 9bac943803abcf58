package userfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// testFile returns a file of testdata/import.
func testFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "testdata", "import", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readAll returns every row of data, and the reader it came from.
func readAll(t testing.TB, data []byte, o Options) (*Reader, []Row) {
	t.Helper()
	r, err := Open(bytes.NewReader(data), o)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	return r, drain(t, r)
}

func drain(t testing.TB, r *Reader) (rows []Row) {
	t.Helper()
	for {
		var row Row
		err := r.Next(&row)
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		rows = append(rows, row)
	}
}

// hrMap is how somebody at Norrsken would map the Swedish list.
func hrMap() map[string]string {
	return map[string]string{"email": "E-post", "first_name": "Förnamn", "last_name": "EFTERNAMN"}
}

func TestFilesOfOtherSystems(t *testing.T) {
	const suspended = "suspended"
	tests := []struct {
		file     string
		options  Options
		form     Form
		encoding string
		rows     int
		some     []Row // found by number
		warnings []string
	}{
		{
			file: "m365-export.csv", form: FormM365, encoding: "UTF-8", rows: 27,
			some: []Row{
				{Number: 2, Email: "asa.lindqvist@norrsken.example", First: "Åsa", Last: "Lindqvist", Locale: "sv"},
				// the street before it has a line break
				{Number: 10, Email: "siv.akerblom@norrsken.example", First: "Siv", Last: "Åkerblom", Locale: "sv"},
				// German is no language of usher
				{Number: 11, Email: "anna.afklintberg@norrsken.example", First: "Anna Maria", Last: "af Klintberg"},
				{Number: 16, Email: "lars.larsson2@norrsken.example", First: "Lars", Last: "Larsson", Locale: "sv", Status: suspended},
				{Number: 22, Email: "lars.larsson+test@norrsken.example", First: "Test", Last: "Konto", Locale: "sv"},
				{Number: 36, Email: "godsmottagning@norrsken.example", First: `Godsmottagning "Norra", Luleå`, Locale: "sv"},
			},
		},
		{
			file: "m365-export-excel-sv.csv", form: FormM365, encoding: "Windows-1252", rows: 13,
			some: []Row{
				{Number: 3, Email: "bjorn.angstrom@norrsken.example", First: "Björn", Last: "Ångström", Locale: "sv"},
				{Number: 16, Email: "noel.beranger@norrsken-logistique.example", First: "Noël", Last: "Béranger", Locale: "fr", Status: suspended},
			},
			warnings: []string{"the file is not UTF-8 and was read as Windows-1252: look at the letters with accents"},
		},
		{
			file: "m365-bulk-template.csv", form: FormM365, encoding: "UTF-8", rows: 14,
			some: []Row{
				{Number: 4, Email: "asa.lindqvist@norrsken.example", First: "Åsa", Last: "Lindqvist"},
				{Number: 7, Email: "marta.hagg@norrsken.example", First: "Märta Hägg"}, // only the display name is there
				{Number: 18, Email: "lars.larsson2@norrsken.example", First: "Lars", Last: "Larsson", Status: suspended},
			},
			warnings: []string{
				"14 rows with a password in clear text; it was left out, so these users need a link",
				"1 example of the template left out",
			},
		},
		{
			file: "m365-admin-template.csv", form: FormM365, encoding: "UTF-8", rows: 10,
			some: []Row{
				{Number: 2, Email: "francois.lefevre@norrsken-logistique.example", First: "François", Last: "Lefèvre"},
				{Number: 13, Email: "gaetan.pena+quai@norrsken-logistique.example", First: "Gaëtan", Last: "Peña"},
				{Number: 15, Email: "accueil@norrsken-logistique.example", First: "Accueil, Nantes"},
			},
		},
		{
			file: "entra-download.csv", form: FormM365, encoding: "UTF-8", rows: 12,
			some: []Row{
				{Number: 4, Email: "lars.larsson2@norrsken.example", First: "Lars", Last: "Larsson", Status: suspended},
				{Number: 7, Email: "zlatko.duric@norrsken.example", First: "Zlatko", Last: "Đurić"},
			},
		},
		{
			file: "google-template.csv", form: FormGoogle, encoding: "UTF-8", rows: 26,
			some: []Row{
				{Number: 2, Email: "asa.lindqvist@norrsken.example", First: "Åsa", Last: "Lindqvist", PasswordHash: "{SHA}2V455TEZlC20Z9N8nGmObA0WIBQ="},
				{Number: 3, Email: "bjorn.angstrom@norrsken.example", First: "Björn", Last: "Ångström", PasswordHash: "$6$norrsken01$bLW/98D9y4V1deITEu2E8uBO6KznCOpQ8gtYyx/n1ivFJGYqcnq045wJKaMcGlp52G5HLDeOL/smpmV893j5/."},
				{Number: 4, Email: "orjan.sjostrom@norrsken.example", First: "Örjan", Last: "Sjöström"}, // clear text
				{Number: 5, Email: "marta.hagg@norrsken.example", First: "Märta", Last: "Hägg"},         // MD5
				{Number: 6, Email: "goran.oberg@norrsken.example", First: "Göran", Last: "Öberg"},       // ****
			},
			warnings: []string{
				"4 rows with a password in clear text; it was left out, so these users need a link",
				"4 rows with an MD5 hash; it was left out, so these users need a link",
			},
		},
		{
			file: "google-download.csv", form: FormGoogle, encoding: "UTF-8", rows: 26,
			some: []Row{
				{Number: 16, Email: "lars.larsson2@norrsken.example", First: "Lars", Last: "Larsson", Status: suspended},
				{Number: 17, Email: "ingrid.waag@norrsken.example", First: "Ingrid", Last: "Wååg", Status: suspended}, // archived
				{Number: 22, Email: "lars.larsson+test@norrsken.example", First: "Test", Last: "Konto"},
			},
		},
		{
			file: "google-download-short.csv", form: FormGoogle, encoding: "UTF-8", rows: 12,
			some: []Row{
				{Number: 13, Email: "lars.larsson@norrsken.example", First: "Lars", Last: "Larsson"},
			},
		},
		{
			file: "hr-windows-1252.csv", form: FormUsher, encoding: "Windows-1252", rows: 26,
			options: Options{Map: hrMap()},
			some: []Row{
				{Number: 2, Email: "asa.lindqvist@norrsken.example", First: "Åsa", Last: "Lindqvist"},
				{Number: 6, Email: "goran.oberg@norrsken.example", First: "Göran", Last: "Öberg"},
				{Number: 8, Email: "eva-lena.kjellgard@norrsken.example", First: "Eva-Lena", Last: "Kjellgård"}, // after a line break
				{Number: 25, Email: "zoe.coeurdelion@norrsken-logistique.example", First: "Zoé", Last: "Cœurdelion"},
				{Number: 27, Email: "lea.menard@norrsken-logistique.example", First: "Léa", Last: "Ménard-Ÿvetot"},
			},
			warnings: []string{"the file is not UTF-8 and was read as Windows-1252: look at the letters with accents"},
		},
		{
			file: "hr-utf16.csv", form: FormUsher, encoding: "UTF-16 (little endian)", rows: 12,
			options: Options{Map: map[string]string{"email": "adresse  E-MAIL", "first_name": "Prénom", "last_name": "Nom"}},
			some: []Row{
				{Number: 2, Email: "sami.lansman@norrsken.example", First: "Sami", Last: "Länsman"},
				{Number: 5, Email: "francois.lefevre@norrsken-logistique.example", First: "François", Last: "Lefèvre"},
				{Number: 7, Email: "eloise.duval@norrsken-logistique.example", First: "Éloïse", Last: "Dûval"},
			},
		},
		{
			file: "usher.csv", form: FormUsher, encoding: "UTF-8", rows: 26,
			some: []Row{
				{Number: 2, Email: "asa.lindqvist@norrsken.example", First: "Åsa", Last: "Lindqvist", Type: "host", Role: "member", Locale: "sv", Directory: "norrsken-ad"},
				{Number: 4, Email: "orjan.sjostrom@norrsken.example", First: "Örjan", Last: "Sjöström, ing.", Type: "host", Role: "admin", Locale: "sv", Licence: "standard"},
				{Number: 6, Email: "goran.oberg@norrsken.example", First: `Göran "Gurra"`, Last: "Öberg", Type: "host", Role: "member", Locale: "sv", Licence: "standard"},
				{Number: 19, Email: "francois.lefevre@norrsken-logistique.example", First: "François", Last: "Lefèvre", Type: "individual", Role: "site-admin", Site: "nantes", Locale: "fr", Licence: "standard"},
			},
		},
		{
			file: "usher.jsonl", form: FormJSONL, encoding: "UTF-8", rows: 20,
			some: []Row{
				{Number: 2, Email: "bjorn.angstrom@norrsken.example", First: "Björn", Last: "Ångström", Type: "host", Role: "member", Locale: "sv", Licence: "standard", Status: "pending"},
				{Number: 5, Email: "goran.oberg@norrsken.example", First: "Göran", Last: "Öberg", Type: "host", Role: "member", Locale: "sv", Status: "pending"}, // \u00f6
				{Number: 9, Email: "anna.afklintberg@norrsken.example", First: "Anna Maria", Last: "af Klintberg", Type: "host", Role: "member", Locale: "sv", Status: suspended, Directory: "norrsken-ad"},
				{Number: 18, Email: "francois.lefevre@norrsken-logistique.example", First: "François", Last: "Lefèvre", Type: "individual", Role: "member", Site: "nantes", Locale: "fr", Licence: "standard", Status: suspended},
			},
		},
		{
			file: "hashes.csv", form: FormUsher, encoding: "UTF-8", rows: 10,
			some: []Row{
				{Number: 2, Email: "asa.lindqvist@norrsken.example", First: "Åsa", Last: "Lindqvist", PasswordHash: "$2b$10$abcdefghijklmnopqrstuuBMQdjddmEoXq.pDNTKVe7SzUiOZYXo2"},
				{Number: 6, Email: "goran.oberg@norrsken.example", First: "Göran", Last: "Öberg", PasswordHash: "{SSHA}0JRSbtpyBmOX40Qi7BBJUQbWujcBnzNw"},
				{Number: 8, Email: "eloise.duval@norrsken-logistique.example", First: "Éloïse", Last: "Dûval", PasswordHash: "pbkdf2_sha256$120000$porjus1910$QcSONmjOBnT3gULlzrENmIzBDmfOnIOC3GEotAs9pKk="},
			},
		},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			r, rows := readAll(t, testFile(t, test.file), test.options)
			if r.Form() != test.form || r.Encoding() != test.encoding {
				t.Errorf("recognised as %s in %s, want %s in %s", r.Form(), r.Encoding(), test.form, test.encoding)
			}
			if len(rows) != test.rows {
				t.Errorf("got %d rows, want %d", len(rows), test.rows)
			}
			if diff := cmp.Diff(test.warnings, r.Warnings()); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
			compareSome(t, rows, test.some)
		})
	}
}

// compareSome compares the wanted rows with those of the same number, and
// fails on any fault.
func compareSome(t *testing.T, rows, some []Row) {
	t.Helper()
	byNumber := map[int]Row{}
	for _, row := range rows {
		byNumber[row.Number] = row
		for _, f := range row.Faults {
			t.Errorf("row %d: unexpected fault %+v", row.Number, f)
		}
	}
	for _, want := range some {
		if diff := cmp.Diff(want, byNumber[want.Number]); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", want.Number, diff)
		}
	}
}

func TestEveryFileIsInTheTable(t *testing.T) {
	// A file that no test reads proves nothing; this counts what the tables have.
	for folder, want := range map[string]int{"": 13, "bad": 17} {
		dir := filepath.Join("..", "..", "..", "testdata", "import", folder)
		var names []string
		for _, pattern := range []string{"*.csv", "*.jsonl"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, found...)
		}
		if len(names) != want {
			t.Errorf("testdata/import/%s has %d files, the tables know %d: %v", folder, len(names), want, names)
		}
	}
}

func TestTheTemplateIsReadAsItsOwnForm(t *testing.T) {
	r, rows := readAll(t, Template(), Options{})
	want := []Row{{Number: 2, Email: "anna.larsson@example.com", First: "Anna", Last: "Larsson", Type: "host", Role: "member", Locale: "en"}}
	if r.Form() != FormUsher {
		t.Errorf("got form %s, want usher", r.Form())
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	for _, name := range FieldNames() {
		if fields, known := usherColumn(name); !known || fields == 0 {
			t.Errorf("field %q is no column of the form", name)
		}
	}
}

func TestAColumnIsNamedAsTheFileNamesIt(t *testing.T) {
	r, _ := readAll(t, testFile(t, "hr-windows-1252.csv"), Options{Map: hrMap()})
	for field, want := range map[string]string{"email": "E-post", "last_name": "Efternamn", "role": "role", "nonsense": "nonsense"} {
		if got := r.Column(field); got != want {
			t.Errorf("Column(%q) = %q, want %q", field, got, want)
		}
	}
}

func TestARowPrintsWithoutItsHash(t *testing.T) {
	row := Row{Number: 7, Email: "asa@norrsken.example", PasswordHash: "$2b$10$geheim", First: "Åsa"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, value := range []any{row, &row, []Row{row}} {
			if got := fmt.Sprintf(verb, value); bytes.Contains([]byte(got), []byte("geheim")) {
				t.Errorf("%s prints %q", verb, got)
			}
		}
	}
}
