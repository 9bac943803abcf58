package mail

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/usher-admin/usher/internal/account"
)

var locales = []account.Locale{account.LocaleEnglish, account.LocaleFrench, account.LocaleSwedish}

// sample is a letter with everything its kind may say.
func sample(kind account.LetterKind, locale account.Locale) account.Letter {
	l := account.Letter{
		Kind: kind, To: "bo@norrsken.example", Name: "Bo Ek", Locale: locale, Org: "Norrsken Logistik AB", By: "Anna Lind",
		Account: "bo@norrsken.example", Expires: time.Date(2026, 12, 1, 9, 5, 0, 0, time.UTC),
	}
	switch kind {
	case account.LetterInvitation:
		l.Link, l.BringsKey = "usher://invite/usher_i_bGluayBmb3IgdGhlIHNhbXBsZSBsZXR0ZXIgb25seSAuLi5mQw9x", true
	case account.LetterPasswordReset:
		l.Link = "https://usher.norrsken.example/password#usher_p_bGluayBmb3IgdGhlIHNhbXBsZSBsZXR0ZXIgb25seSAuLi5mQw9x"
	case account.LetterOrgKey:
		l.Link = "usher://orgkey/usher_k_bGluayBmb3IgdGhlIHNhbXBsZSBsZXR0ZXIgb25seSAuLi5mQw9x"
	case account.LetterDirectoryPassword:
		l.By, l.Directory, l.Help = "", "corp", "Press Ctrl+Alt+Del in the office, then Change a password."
	case account.LetterSignIn:
		l.Must = true
	case account.LetterAddressChanged:
		l.Old, l.New = "bo.ek@norrsken.example", "bo@norrsken.example"
	case account.LetterRoleChanged:
		l.Old, l.New = "member", "admin"
	case account.LetterLicence:
		l.Plan = "business"
	case account.LetterRecovery:
		l.By, l.Action, l.Reason = "", "recover.owner", "Anna left without handing over"
	}
	return l
}

func read(t *testing.T, l account.Locale) language {
	t.Helper()
	lang, err := readLanguage(l)
	if err != nil {
		t.Fatal(err)
	}
	return lang
}

func TestEveryLanguageSaysTheSame(t *testing.T) {
	t.Parallel()
	english := shape(read(t, account.LocaleEnglish))
	for _, kind := range account.LetterKinds() {
		if _, ok := english[string(kind)]; !ok {
			t.Errorf("there is no English mail %q", kind)
		}
	}
	if got, want := len(read(t, account.LocaleEnglish).mails), len(account.LetterKinds()); got != want {
		t.Errorf("got %d English mails, want %d", got, want)
	}
	for _, locale := range locales[1:] {
		if diff := cmp.Diff(english, shape(read(t, locale))); diff != "" {
			t.Errorf("%s differs from English (-en +%s):\n%s", locale, locale, diff)
		}
	}
}

// shape lists the keys of a language and, for each, its places, conditions and
// commands.
func shape(lang language) map[string][]string {
	place := regexp.MustCompile(`\{[a-z_]+\}|^\[[a-z_]+\]`)
	found := map[string][]string{}
	for key, value := range lang.words {
		found["words "+key] = slices.Sorted(slices.Values(place.FindAllString(value, -1)))
	}
	for kind, t := range lang.mails {
		list := []string{}
		for _, p := range append([]string{t.subject}, t.body...) {
			places := place.FindAllString(p, -1)
			slices.Sort(places)
			list = append(list, strings.Join(slices.Compact(places), " "))
			if at := strings.Index(p, typed); at >= 0 {
				list = append(list, p[at:])
			}
		}
		found[string(kind)] = list
	}
	return found
}

func TestEveryPlaceAndConditionIsFilled(t *testing.T) {
	t.Parallel()
	for _, locale := range locales {
		lang := read(t, locale)
		known := factsOf(account.Letter{}, lang.words, time.UTC)
		for name := range factsOf(account.Letter{BringsKey: true, Must: true, Active: true, Directory: "x"}, lang.words, time.UTC) {
			known[name] = name
		}
		for kind, text := range lang.mails {
			for _, p := range append([]string{text.subject}, text.body...) {
				for _, m := range regexp.MustCompile(`[\[{]([a-z_]+)[\]}]`).FindAllStringSubmatch(p, -1) {
					if _, ok := known[m[1]]; !ok {
						t.Errorf("%s %s: nothing fills %s", locale, kind, m[0])
					}
				}
			}
		}
	}
}

func TestWhatIsMissingIsLeftOut(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		letter func(*account.Letter)
		kind   account.LetterKind
		has    []string
		lacks  []string
	}{
		{"an invitation with the key", func(l *account.Letter) {}, account.LetterInvitation, []string{"also brings the organisation key", "Hello Bo Ek,"}, []string{"separately"}},
		{"one without", func(l *account.Letter) { l.BringsKey = false }, account.LetterInvitation, []string{"separately"}, []string{"also brings"}},
		{"nobody to greet by name", func(l *account.Letter) { l.Name = "" }, account.LetterInvitation, []string{"Hello,\n"}, []string{"Bo Ek"}},
		{"nobody in particular invites", func(l *account.Letter) { l.By = "" }, account.LetterInvitation, []string{"An administrator invites you"}, []string{"Anna"}},
		{"a reset asked for at the prompt", func(l *account.Letter) { l.By = "" }, account.LetterPasswordReset, []string{"Somebody, probably you"}, []string{"Anna"}},
		{"a reset by an admin", func(l *account.Letter) {}, account.LetterPasswordReset, []string{"Anna Lind made a link"}, []string{"Somebody"}},
		{"a licence to activate", func(l *account.Letter) {}, account.LetterLicence, []string{"usher licence activate bo@norrsken.example"}, []string{"It is active"}},
		{"a licence in use", func(l *account.Letter) { l.Active = true }, account.LetterLicence, []string{"It is active"}, []string{"licence activate"}},
		{"a directory user", func(l *account.Letter) { l.Directory = "corp" }, account.LetterSignIn, []string{"directory corp"}, []string{"you were told"}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			l := sample(row.kind, account.LocaleEnglish)
			row.letter(&l)
			c, err := compose(l, account.LocaleEnglish, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(c.plain(), "\n", "\n")
			for _, want := range row.has {
				if !strings.Contains(text, want) {
					t.Errorf("got\n%s\nwant %q in it", text, want)
				}
			}
			for _, never := range row.lacks {
				if strings.Contains(text, never) {
					t.Errorf("got\n%s\nwant no %q in it", text, never)
				}
			}
		})
	}
}

// French sets a space before these, at which no line may break.
func TestFrenchPunctuationHoldsToItsWord(t *testing.T) {
	t.Parallel()
	file, err := texts.ReadFile("texts/fr.txt")
	if err != nil {
		t.Fatal(err)
	}
	_, mails, _ := strings.Cut(string(file), "\n== invitation")
	mails = strings.ReplaceAll(mails, "Subject: ", "")
	for _, wrong := range regexp.MustCompile(`[^\x{a0}\x{202f}][:;!?»](?:\s|$)|«[^\x{a0}\x{202f}]|'`).FindAllString(mails, -1) {
		t.Errorf("%q breaks a rule of French typography", wrong)
	}
}

func TestATemporaryPasswordIsNeverMailed(t *testing.T) {
	t.Parallel()
	for _, locale := range locales {
		for _, p := range read(t, locale).mails[account.LetterTemporaryPassword].body {
			if strings.Contains(p, "{link}") || strings.Contains(p, "{password}") {
				t.Errorf("%s: the notice carries %q", locale, p)
			}
		}
	}
}

func TestHTMLFetchesNothing(t *testing.T) {
	t.Parallel()
	outside := regexp.MustCompile(`(?i)src=|<img|<link|<script|url\(|@import|<iframe`)
	for _, locale := range locales {
		for _, kind := range account.LetterKinds() {
			l := sample(kind, locale)
			c, err := compose(l, locale, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			page := c.html(string(locale))
			if found := outside.FindString(page); found != "" {
				t.Errorf("%s %s: %q in\n%s", locale, kind, found, page)
			}
			for _, m := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
				if m[1] != l.Link {
					t.Errorf("%s %s: a link to %q, want only the letter's own", locale, kind, m[1])
				}
			}
		}
	}
}

func TestDatesReadAsTheLanguageWritesThem(t *testing.T) {
	t.Parallel()
	stockholm := time.FixedZone("CET", 3600)
	for _, row := range []struct {
		locale account.Locale
		at     time.Time
		want   string
	}{
		{account.LocaleEnglish, noon, "24 November 2026, 13:00 CET"},
		{account.LocaleFrench, noon, "24 novembre 2026 à 13\u00a0h\u00a000 (CET)"},
		{account.LocaleFrench, time.Date(2026, 8, 1, 7, 5, 0, 0, time.UTC), "1er août 2026 à 08\u00a0h\u00a005 (CET)"},
		{account.LocaleSwedish, noon, "24 november 2026 kl. 13.00 (CET)"},
		{account.LocaleSwedish, time.Time{}, ""},
	} {
		at := row.at
		if !at.IsZero() {
			at = at.In(stockholm)
		}
		if got := date(at, read(t, row.locale).words); got != row.want {
			t.Errorf("%s: got %q, want %q", row.locale, got, row.want)
		}
	}
}

func FuzzNamesNeverBreakOut(f *testing.F) {
	f.Add("Bo", "Norrsken")
	f.Add("{link}", "[by] </pre><script>")
	f.Add("a\r\nBcc: x", "\u2028\u202e")
	f.Fuzz(func(t *testing.T, name, org string) {
		l := sample(account.LetterInvitation, account.LocaleFrench)
		l.Name, l.Org = name, org
		c, err := compose(l, l.Locale, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(c.subject, "\r\n") {
			t.Errorf("the subject breaks: %q", c.subject)
		}
		if got := strings.Count(c.plain(), l.Link); got != 1+strings.Count(name+org, l.Link) {
			t.Errorf("the link stands %d times", got)
		}
		if got, want := strings.Count(c.html("fr"), "<"), strings.Count(mustCompose(t).html("fr"), "<"); got != want {
			t.Errorf("got %d tags, want %d:\n%s", got, want, c.html("fr"))
		}
	})
}

func mustCompose(t *testing.T) composed {
	t.Helper()
	c, err := compose(sample(account.LetterInvitation, account.LocaleFrench), account.LocaleFrench, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
