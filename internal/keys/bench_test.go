package keys

import "testing"

// phc is as long as the password hashes that most envelopes hold.
const phc = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

func BenchmarkSeal(b *testing.B) {
	k, place, random, plaintext := orgKeyFixture(), placeFixture(), stream(), []byte(phc)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Seal(random, PurposePassword, scopeFixture(), place, plaintext); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	k, place := orgKeyFixture(), placeFixture()
	envelope := must[[]byte](b)(k.Seal(stream(), PurposePassword, scopeFixture(), place, []byte(phc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Open(PurposePassword, scopeFixture(), place, envelope); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	tok := tokenFixture()
	b.ReportAllocs()
	for b.Loop() {
		_ = tok.Hash(Session)
	}
}

func BenchmarkSealToSystem(b *testing.B) {
	public := must[[]byte](b)(systemKeyFixture().Public(placeFixture().Instance))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := SealToSystem(public, placeFixture(), scopeFixture(), orgKeyFixture()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseOrgKey(b *testing.B) {
	text := orgKeyFixture().Reveal()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseOrgKey(text); err != nil {
			b.Fatal(err)
		}
	}
}
