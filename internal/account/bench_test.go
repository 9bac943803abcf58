package account

import (
	"testing"
	"time"
)

func BenchmarkParseEmail(b *testing.B) {
	for _, row := range []struct{ name, typed string }{
		{"plain", "anna.berg+2@mail.example.org"},
		{"capitals", "Anna.Berg+2@Mail.Example.Org"},
		{"unicode", "åsa.berg@bücher.example"},
		{"wrong", "anna.berg@example"},
	} {
		b.Run(row.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ParseEmail(row.typed)
			}
		})
	}
}

// What a plain import calls a million times allocates nothing.
func TestPlainInputAllocatesNothing(t *testing.T) {
	now := noon()
	for name, parse := range map[string]func() error{
		"an address":   func() error { _, err := ParseEmail("anna.berg+2@mail.example.org"); return err },
		"a domain":     func() error { _, err := ParseDomain("mail.example.org"); return err },
		"a name":       func() error { _, err := CleanName("name", "Åsa Berg"); return err },
		"a status":     func() error { _, err := ParseStatus("suspended"); return err },
		"a role":       func() error { _, err := ParseRoleName("help-desk"); return err },
		"a plan":       func() error { _, err := ParsePlanName("pro"); return err },
		"a slug":       func() error { _, err := ParseSlug("acme-north"); return err },
		"a duration":   func() error { _, err := ParseDuration("1d12h30m"); return err },
		"a time ago":   func() error { _, err := ParseTime("2 weeks ago", now, time.UTC); return err },
		"a date":       func() error { _, err := ParseTime("2026-01-31T15:04:05Z", now, time.UTC); return err },
		"a later date": func() error { _, err := ParseFutureDate("2027-01-31", now, time.UTC); return err },
	} {
		t.Run(name, func(t *testing.T) {
			if err := parse(); err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(100, func() { _ = parse() }); n != 0 {
				t.Errorf("it allocates %v times, want 0", n)
			}
		})
	}
}
