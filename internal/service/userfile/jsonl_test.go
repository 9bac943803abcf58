package userfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJSONLines(t *testing.T) {
	tests := []struct {
		name string
		line string
		want Row
	}{
		{"white space is free", "  { \"email\" :\t\"a@b\" , \"role\":\"member\" }  ", Row{Email: "a@b", Role: "member"}},
		{"letters may be written as numbers", `{"email":"a@b","first_name":"\u00c5s\u0061 \ud83d\ude00"}`, Row{Email: "a@b", First: "Åsa 😀"}},
		{"a key may be written so too", `{"\u0065mail":"a@b"}`, Row{Email: "a@b"}},
		{"null is nothing", `{"email":"a@b","site":null,"licence":null}`, Row{Email: "a@b"}},
		{"the plan may stand by itself", `{"email":"a@b","licence":"standard"}`, Row{Email: "a@b", Licence: "standard"}},
		{"or in an object, as usher exports it", `{"email":"a@b","licence":{"state":"active","plan":"standard"}}`, Row{Email: "a@b", Licence: "standard"}},
		{"a holder without a licence", `{"email":"a@b","licence":{"plan":null,"state":null}}`, Row{Email: "a@b"}},
		{"unknown keys say nothing, whatever they hold", `{"x":{"email":"c@d","y":[1,{"}":"]"}]},"email":"a@b","z":[["\"",{}],-1.5e3,true]}`, Row{Email: "a@b"}},
		{"keys are told by letter case", `{"email":"a@b","Email":"c@d"}`, Row{Email: "a@b"}},
		{"text is trimmed", `{"email":" a@b\n"}`, Row{Email: "a@b"}},
		{"an empty object is a row", `{}`, Row{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.want.Number = 1
			r, rows := readAll(t, []byte(test.line+"\n"), Options{})
			if r.Form() != FormJSONL {
				t.Errorf("recognised as %s", r.Form())
			}
			if diff := cmp.Diff([]Row{test.want}, rows); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultsOfJSONLines(t *testing.T) {
	long := strings.Repeat("x", MaxLine)
	tests := []struct {
		name  string
		lines string
		want  []string
	}{
		{"a line beyond the limit spoils no other", `{"email":"` + long + `"}` + "\n{}\n[]", []string{"1 [] import.too_long", "3 [] import.json"}},
		{"a value beyond the limit", `{"email":"a@b","role":"` + long[:MaxCell+1] + `"}`, []string{"1 [role] import.too_long"}},
		{"an unknown key twice", `{"x":1,"x":2}`, []string{"1 [x] import.duplicated"}},
		{"a key twice in different spellings", `{"email":"a@b","\u0065mail":"c@d"}`, []string{"1 [email] import.duplicated"}},
		{"the same key in two objects is fine", `{"licence":{"id":1},"id":1}`, nil},
		{"numbers, lists and objects are no text", `{"email":1,"role":[],"site":{},"locale":true}`, []string{
			"1 [email] import.json", "1 [role] import.json", "1 [site] import.json", "1 [locale] import.json"}},
		{"bytes that are no letters", "{\"email\":\"a@b\",\"first_name\":\"\xc5sa å å\"}", []string{"1 [first_name] import.encoding"}},
		{"more than one object a line", `{} {}`, []string{"1 [] import.json"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, rows := readAll(t, []byte(test.lines), Options{Form: FormJSONL})
			if diff := cmp.Diff(test.want, faultsOf(rows)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestKeysCanBeMapped(t *testing.T) {
	line := `{"mail":"a@b","email":"c@d","name":{"given":"Åsa","family":"Berg"},"licence":"x","plan":"y"}`
	r, rows := readAll(t, []byte(line), Options{Map: map[string]string{
		"email": "mail", "first_name": "name.given", "last_name": "name.family", "licence": "plan",
	}})
	want := []Row{{Number: 1, Email: "a@b", First: "Åsa", Last: "Berg", Licence: "y"}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := r.Column("first_name"); got != "name.given" {
		t.Errorf("Column(first_name) = %q, want name.given", got)
	}
}

func TestJSONLinesInUTF16(t *testing.T) {
	data := "\xff\xfe"
	for _, c := range `{"email":"a@b"}` + "\r\n" {
		data += string([]byte{byte(c), 0})
	}
	if _, rows := readAll(t, []byte(data), Options{}); len(rows) != 1 || rows[0].Email != "a@b" {
		t.Errorf("got %v, want one row of a@b", rows)
	}
}
