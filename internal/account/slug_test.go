package account

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestMakeSlug(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a word", "Acme", "acme"},
		{"words", "Acme North Ltd.", "acme-north-ltd"},
		{"digits", "Route 66", "route-66"},
		{"runs of other signs become one hyphen", "A & B -- C___D", "a-b-c-d"},
		{"signs around go", " ...Acme! ", "acme"},
		{"accents go", "Café Müller é", "cafe-muller-e"},
		{"accents written apart go", "Cafe\u0301", "cafe"},
		{"Swedish", "Åkesson Ärlig Ö", "akesson-arlig-o"},
		{"Danish", "Smørrebrød & Æbler", "smorrebrod-aebler"},
		{"an æ with an accent", "Ǽ", "ae"},
		{"German", "Straße STRAẞE", "strasse-strasse"},
		{"French", "Œuvre d'Arc", "oeuvre-d-arc"},
		{"Icelandic", "Þór Ðð", "thor-dd"},
		{"Polish", "Łódź", "lodz"},
		{"Turkish", "İstanbul Iğdır", "istanbul-igdir"},
		{"Croatian and Maltese", "Đorđe Ħal", "dorde-hal"},
		{"full width", "ＡＢＣ１", "abc1"},
		{"ligatures", "ﬁsh ①", "fish-1"},
		{"other scripts fall away", "北京 Beijing", "beijing"},
		{"63 letters", strings.Repeat("a", 63), strings.Repeat("a", 63)},
		{"more are cut off", strings.Repeat("a", 64), strings.Repeat("a", 63)},
		{"no hyphen is left where it was cut", strings.Repeat("a", 62) + " b", strings.Repeat("a", 62)},
		{"a double letter is cut in two", strings.Repeat("a", 62) + "æ", strings.Repeat("a", 63)},
	} {
		t.Run(row.name, func(t *testing.T) {
			got, err := MakeSlug(row.text)
			if err != nil || string(got) != row.want {
				t.Errorf("MakeSlug(%q) = %q, %v; want %q", row.text, string(got), err, row.want)
			}
		})
	}
	for _, text := range []string{"", "北京", "---", "☃", "\u0301", "None", "NÖNE!"} {
		got, err := MakeSlug(text)
		if got != "" || KindOf(err) != Invalid || CodeOf(err) != "slug.invalid" || hintOf(err) == "" {
			t.Errorf("MakeSlug(%q) = %q, %v, with the hint %q; want Invalid slug.invalid with a hint", text, string(got), err, hintOf(err))
		}
	}
}

func TestParseSlug(t *testing.T) {
	for typed, want := range map[string]string{
		"acme":                  "acme",
		"Acme-North-2":          "acme-north-2",
		"2":                     "2",
		strings.Repeat("a", 63): strings.Repeat("a", 63),
	} {
		if got, err := ParseSlug(typed); err != nil || string(got) != want {
			t.Errorf("ParseSlug(%q) = %q, %v; want %q", typed, string(got), err, want)
		}
	}
	for typed, want := range map[string]string{
		"":                      `"" is no slug: it is empty`,
		"-acme":                 "a hyphen stands at its beginning or after another",
		"ac--me":                "a hyphen stands at its beginning or after another",
		"acme-":                 "it ends with a hyphen",
		"-":                     "a hyphen stands at its beginning",
		"ac me":                 `it may not hold " "`,
		"åcme":                  `it may not hold "å"`,
		"\u212aarl":             `it may not hold`,
		"acme\n":                `it may not hold "\n"`,
		"none":                  `"none" stands for none`,
		"NONE":                  `"none" stands for none`,
		strings.Repeat("a", 64): "it is longer than 63 characters",
	} {
		got, err := ParseSlug(typed)
		if err == nil || got != "" || CodeOf(err) != "slug.invalid" || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSlug(%q) = %q, %v; want slug.invalid with %q", typed, string(got), err, want)
		}
	}
}

func TestMakeSlugMakesWhatParseSlugTakes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		slug, err := MakeSlug(name)
		if err != nil {
			return
		}
		if again, err := ParseSlug(string(slug)); err != nil || again != slug {
			t.Errorf("MakeSlug(%q) = %q, but ParseSlug makes %q of that, %v", name, string(slug), string(again), err)
		}
		if again, err := MakeSlug(string(slug)); err != nil || again != slug {
			t.Errorf("MakeSlug(%q) = %q, and of that it makes %q, %v", name, string(slug), string(again), err)
		}
	})
}
