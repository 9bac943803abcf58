package password

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/usher-admin/usher/internal/account"
	"pgregory.net/rapid"
)

// codes returns the codes of faults without their common beginning.
func codes(faults []Fault) []string {
	var all []string
	for _, fault := range faults {
		all = append(all, strings.TrimPrefix(fault.Code, "password."))
	}
	return all
}

func TestCheckUnderTheDefaultPolicy(t *testing.T) {
	ctx := Context{Words: []string{
		"Åkerlund & Söner AB", "Göteborg", "Łódź Đahl Øsmıl", "Anna Svensson", "anna.svensson@akerlund.example", "Bo",
	}}
	for _, test := range []struct{ name, password, want string }{
		{"fifteen mixed characters", "kT7#vRq2mXw9pLs", ""},
		{"four words", "correct horse battery staple", ""},
		{"a sentence in another script", "мой дядя самых честных правил", ""},
		{"words with a common one among them", "sunshine maple tractor", ""},
		{"a name among enough else", "annas grune tomaten-9", ""},
		{"a year at the end of enough", "vermilion-otter-2024", ""},

		{"fourteen characters", "kT7#vRq2mXw9pL", "too_short"},
		{"a common password of its own length", "1qaz2wsx3edc4rfv", "common"},
		{"a common password in capitals", "PASSWORDPASSWORD", "common"},
		{"a common password twice", "footballfootball", "common"},
		{"two common passwords", "footballbaseball", "common"},
		{"a common password and digits", "password1234567", "common"},
		{"a common password and many digits", "password8391027465182", "common"},
		{"a common password and punctuation", "Password!!??!!.", "common"},
		{"a common password with stand-ins", "P@$$w0rdP@$$w0rd", "common"},
		{"a common password with accents", "pässwördpässwörd", "common"},
		{"a common password with one for i", "pr1ncesspr1ncess", "common"},
		{"a common password with one for l", "footba11footba11", "common"},
		{"a common password between other things", "my-football-xy9", "common"},

		{"the name of the organisation", "Akerlund-2024-x", "context"},
		{"the name with its accents", "Åkerlund-2024-x", "context"},
		{"the name with stand-ins", "4k3r1und-2024-x", "context"},
		{"two names", "Göteborg-Svensson", "context"},
		{"the whole name of the organisation", "akerlundsonerab1", "context"},
		{"the address", "anna.svensson@akerlund", "context"},
		{"the product", "usher-Usher-2024", "context"},
		{"a name and a common password", "akerlundpassword", "context"},
		{"a name and a sequence", "svensson123456789", "context"},
		{"a name beside eight other characters", "Akerlund-2024-xy", ""},
		{"a name with letters that have a stroke", "lodz-dahl-0smi1", "context"},
		{"a name of two letters does not count", "bo-kT7#vRq2mXw9", ""},

		{"one character", "xxxxxxxxxxxxxxx", "repeated"},
		{"a short piece", "xk7xk7xk7xk7xk7xk7", "repeated"},
		{"a short piece cut off", "xk7qxk7qxk7qxk7qx", "repeated"},
		{"a piece of eight twice is no short one", "k7vQm2xRk7vQm2xR", ""},
		{"mostly one character", "aaaaaaaaaaaaxk7", "repeated"},
		{"blank", "               ", "repeated"},
		{"blank of another kind", strings.Repeat("\u3000", 15), "repeated"},

		{"the alphabet", "abcdefghijklmno", "sequence"},
		{"the alphabet backwards", "onmlkjihgfedcba", "sequence"},
		{"the alphabet over its end", "uvwxyzabcdefghijk", "sequence"},
		{"the keyboard, row by row", "qwertyuiopasdfg", "common sequence"},
		{"a French keyboard", "azertyuiopqsdfghjklm", "common sequence"},
		{"digits and letters in order", "0123456789abcdef", "common sequence"},
		{"half in order, half one character", "bcdefghvvvvvvv-", "sequence"},
		{"a long sequence beside enough", "kT7#vRq2mXw9abcdefgh", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := strings.Join(codes(Policy{}.Check(plain(t, test.password), ctx)), " ")
			if test.name == "a common password in capitals" || test.name == "a common password twice" {
				got = strings.TrimSuffix(got, " repeated") // either word is right
			}
			if got != test.want {
				t.Errorf("Check(%q) = %q; want %q", test.password, got, test.want)
			}
		})
	}
}

func TestCheckCountsCharacters(t *testing.T) {
	policy := Policy{MinLength: 8, MinDigits: 2, MinLower: 2, MinUpper: 1, MinSpecial: 1}
	for _, test := range []struct {
		name, password string
		want           []string
	}{
		{"enough of each", "kTr7-vq2w", nil},
		{"letters with accents count as letters", "ÄöüÅ7-8xq", nil},
		{"digits of another script count", "kTr٧-vq٢w", nil},
		{"a space is special", "kTr7 vq2w", nil},
		{"no digit", "kTrv-vqxw", []string{"digits"}},
		{"one digit of two", "kTr7-vqxw", []string{"digits"}},
		{"no small letter", "KTR7-VQ2W", []string{"lower"}},
		{"no capital", "ktr7-vq2w", []string{"upper"}},
		{"nothing special", "kTr7xvq2w", []string{"special"}},
		{"only punctuation, too short", "-+/.", []string{"too_short", "digits", "lower", "upper"}},
		{"all at once", "xxxxxx", []string{"too_short", "repeated", "digits", "upper", "special"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := codes(policy.Check(plain(t, test.password), Context{}))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Check(%q) (-want +got):\n%s", test.password, diff)
			}
		})
	}
}

func TestCheckUnderALowerPolicy(t *testing.T) {
	policy := Policy{MinLength: 8}
	for _, test := range []struct{ name, password, want string }{
		{"nine mixed characters", "kT7#vRq2m", ""},
		{"four digits in a row among ten", "kT7#vR1234", ""},
		{"four in a row twice among ten", "k1234x6789", "sequence"},
		{"three in a row three times among ten", "123kabcx89", ""},
		{"six digits in a row among ten", "kT7#123456", "sequence"},
		{"five digits in a row among nine", "kT7#12345", "sequence"},
		{"four digits in a row among nine", "kT7#v1234", ""},
		{"a common password", "football", "common"},
		{"a common password that only ends in digits", "trustno1", "common"},
		{"a common password made of digits", "12345678", "common sequence"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(codes(policy.Check(plain(t, test.password), Context{})), " "); got != test.want {
				t.Errorf("Check(%q) = %q; want %q", test.password, got, test.want)
			}
		})
	}
}

func TestCheckOfNoPassword(t *testing.T) {
	if got := codes(Policy{}.Check(Plain{}, Context{})); !slices.Equal(got, []string{"too_short"}) {
		t.Errorf("Check of no password = %q; want too_short", got)
	}
}

func TestOwnBlocklistCounts(t *testing.T) {
	list, err := NewList([]byte("Zlatan\nvinterviken\n"))
	if err != nil {
		t.Fatal(err)
	}
	policy := Policy{Blocklist: list}
	for password, want := range map[string]string{
		"Vinterviken2024":      "common",
		"zlatanzlatan!!x":      "common",
		"zlatan+maple+tractor": "",
	} {
		if got := strings.Join(codes(policy.Check(plain(t, password), Context{})), " "); got != want {
			t.Errorf("Check(%q) = %q; want %q", password, got, want)
		}
	}
}

func TestErrNamesEverythingOnce(t *testing.T) {
	policy := Policy{MinDigits: 2, MinUpper: 1}
	err := policy.Err(policy.Check(plain(t, "passwordpasswor"), Context{}))
	const want = "the password is too weak: it is one of the passwords that are guessed first, or little more; " +
		"it needs at least 2 digits; it needs at least 1 upper-case letter"
	if err == nil || err.Error() != want {
		t.Errorf("Err = %v; want %s", err, want)
	}
	if account.KindOf(err) != account.Invalid || account.CodeOf(err) != "password.weak" {
		t.Errorf("Err is of kind %v, code %s; want Invalid, password.weak", account.KindOf(err), account.CodeOf(err))
	}
	policy.Message = "Two digits and a capital, please."
	err = policy.Err(policy.Check(plain(t, "kxmwvxqzrtbnhg"), Context{}))
	const own = "the password is too weak: it needs at least 15 characters; Two digits and a capital, please."
	if err == nil || err.Error() != own {
		t.Errorf("Err = %v; want %s", err, own)
	}
	if err := policy.Err(nil); err != nil {
		t.Errorf("Err of no faults = %v; want nil", err)
	}
}

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy Policy
		bad    bool
	}{
		{"the default", Policy{}, false},
		{"the lowest", Policy{MinLength: 8}, false},
		{"the highest", Policy{MinLength: 256}, false},
		{"counts that fill the length", Policy{MinLength: 8, MinDigits: 2, MinLower: 2, MinUpper: 2, MinSpecial: 2}, false},
		{"a message", Policy{Message: "Minst 15 tecken – tack!"}, false},
		{"shorter than the lowest", Policy{MinLength: 7}, true},
		{"longer than the highest", Policy{MinLength: 257}, true},
		{"a negative length", Policy{MinLength: -1}, true},
		{"a negative count", Policy{MinUpper: -1}, true},
		{"more digits than anybody types", Policy{MinLength: 256, MinDigits: 33}, true},
		{"counts beyond the length", Policy{MinLength: 8, MinDigits: 3, MinLower: 2, MinUpper: 2, MinSpecial: 2}, true},
		{"counts beyond the default length", Policy{MinDigits: 16}, true},
		{"a message with a line break", Policy{Message: "a\nb"}, true},
		{"a message that turns text around", Policy{Message: "a\u202eb"}, true},
		{"a message of 1001 characters", Policy{Message: strings.Repeat("ä", 1001)}, true},
		{"a message that is no text", Policy{Message: "\xff"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := test.policy.Validate()
			if (err != nil) != test.bad {
				t.Errorf("Validate = %v; want an error: %v", err, test.bad)
			}
			if err != nil && (account.KindOf(err) != account.Invalid || account.CodeOf(err) != "password.policy") {
				t.Errorf("%v is not Invalid, password.policy", err)
			}
		})
	}
}

func TestBelowNIST(t *testing.T) {
	for length, want := range map[int]bool{0: false, 8: true, 14: true, 15: false, 64: false} {
		if got := (Policy{MinLength: length}).BelowNIST(); got != want {
			t.Errorf("BelowNIST of %d = %v; want %v", length, got, want)
		}
	}
}

func TestContextBoundsItsWords(t *testing.T) {
	var names []string
	for i := range 1000 {
		names = append(names, "name"+string(rune('a'+i%26))+strings.Repeat("x", i/26))
	}
	if got := len((Context{Words: names}).folded()); got > maxWords+4 {
		t.Errorf("%d words are looked for; want about %d", got, maxWords)
	}
	got := (Context{Words: []string{"Studio 54", "AB"}}).folded()
	if diff := cmp.Diff([]string{"usher", "studio54", "studiosa", "studio"}, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

// TestPeriodAgainstItsDefinition holds the failure function against the plain
// definition of a period.
func TestPeriodAgainstItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []rune(rapid.StringOfN(rapid.SampledFrom([]rune("ab")), 1, 12, -1).Draw(t, "text"))
		want := len(text)
		for p := len(text); p > 0; p-- {
			if slices.Equal(text[p:], text[:len(text)-p]) {
				want = p
			}
		}
		if got := period(text); got != want {
			t.Fatalf("period(%q) = %d; want %d", string(text), got, want)
		}
	})
}

// TestNamesDoNotHide draws a name, dresses it up, and adds too little.
func TestNamesDoNotHide(t *testing.T) {
	dress := map[rune][]rune{
		'a': []rune("aA@4äÅ"), 'e': []rune("eE3é"), 'i': []rune("iI1!"), 'l': []rune("lL1!"), 'o': []rune("oO0ø"),
		's': []rune("sS5$"), 't': []rune("tT7"),
	}
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringMatching(`[b-hj-z]{8,12}[il]?`).Draw(t, "name")
		var dressed strings.Builder
		one := rapid.SampledFrom([]rune("il")).Draw(t, "one")
		for _, r := range name {
			looks := append(slices.Clone(dress[r]), r)
			if (r == 'i' || r == 'l') && r != one {
				looks = []rune{r} // in one password, 1 stands for one letter
			}
			dressed.WriteRune(rapid.SampledFrom(looks).Draw(t, "look"))
		}
		rest := rapid.StringMatching(`[ -~]{0,7}`).Draw(t, "rest")
		pw, err := Prepare([]byte(dressed.String() + rest))
		if err != nil {
			t.Fatal(err)
		}
		faults := codes(Policy{MinLength: 8}.Check(pw, Context{Words: []string{name}}))
		if !slices.Contains(faults, "context") {
			t.Fatalf("Check(%q) = %v; want it to see %q", pw.text(), faults, name)
		}
	})
}

func FuzzPolicyCheck(f *testing.F) {
	for _, seed := range []string{
		"correct horse", "qwertyuiopasdfg", "P@ssw0rd!", strings.Repeat("password", 32), strings.Repeat("a\u0301", 256),
		strings.Repeat("\U0001f469\u200d", 128), strings.Repeat("1!", 128), strings.Repeat("각", 256), "İıßŁØ",
	} {
		f.Add(seed, "Anna Svensson", 2)
	}
	f.Fuzz(func(t *testing.T, typed, name string, count int) {
		pw, err := Prepare([]byte(typed))
		if err != nil {
			return
		}
		list, err := NewList([]byte(name))
		if err != nil {
			list = List{}
		}
		policy := Policy{MinDigits: count, Blocklist: list, Message: "own"}
		start := time.Now()
		faults := policy.Check(pw, Context{Words: []string{name, name + typed}})
		if took := time.Since(start); took > hang {
			t.Errorf("Check took %v", took)
		}
		seen := map[string]bool{}
		for _, fault := range faults {
			if fault.Code == "" || fault.Message == "" || seen[fault.Code] {
				t.Errorf("fault %q is empty or twice", fault)
			}
			seen[fault.Code] = true
		}
		if short := utf8.RuneCountInString(pw.text()) < DefaultMinLength; short != seen["password.too_short"] {
			t.Errorf("too short: %v, said: %v", short, seen["password.too_short"])
		}
		if err := policy.Err(faults); (err != nil) != (len(faults) > 0) {
			t.Errorf("Err = %v with %d faults", err, len(faults))
		}
	})
}

// worst are passwords of the greatest length that keep each step busy.
func worst() []string {
	return []string{
		strings.Repeat("passwor", 36) + "pass",
		strings.Repeat("p@ssw0r1", 32),
		strings.Repeat("qazwsxedc1", 25) + "qazwsx",
		strings.Repeat("a", 256),
		strings.Repeat("각", 256),
		strings.Repeat("ḗ1", 128),
	}
}

// TestLongPasswordsAreCheckedAtOnce bounds the best of some runs, which other
// work on the machine does not change much.
func TestLongPasswordsAreCheckedAtOnce(t *testing.T) {
	ctx := Context{Words: []string{"Åkerlund & Söner AB", "Göteborg", "anna.svensson@akerlund.example"}}
	for _, text := range worst() {
		pw := plain(t, text)
		best := time.Hour
		for range 20 {
			start := time.Now()
			Policy{}.Check(pw, ctx)
			best = min(best, time.Since(start))
		}
		t.Logf("%.20s…: %v", text, best)
		if best > 10*time.Millisecond {
			t.Errorf("Check of %.20s… takes %v; want under a millisecond, and never ten", text, best)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	ctx := Context{Words: []string{"Åkerlund & Söner AB", "Göteborg", "anna.svensson@akerlund.example"}}
	for _, test := range []struct{ name, text string }{
		{"ordinary", "correct horse battery staple"}, {"longest", worst()[1]},
	} {
		pw := plain(b, test.text)
		b.Run(test.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Policy{}.Check(pw, ctx)
			}
		})
	}
}
