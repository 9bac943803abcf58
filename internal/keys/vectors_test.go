package keys

import (
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/sha256"
	"errors"
	"testing"
)

// TestXChaChaVectorOfTheDraft takes the AEAD through the appendix A.3.1 of
// draft-irtf-cfrg-xchacha, by the two functions that all sealing goes through.
func TestXChaChaVectorOfTheDraft(t *testing.T) {
	key, nonce := run(0x80, 32), run(0x40, 24)
	aad := unhex(t, "50515253c0c1c2c3c4c5c6c7")
	plaintext := []byte("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.")
	want := unhex(t, "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39"+
		"ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"+
		"21f9664c97637da9768812f615c68b13b52e"+"c0875924c1c7987947deafd8780acf49")
	sealed := must[[]byte](t)(encrypt(nil, key, nonce, plaintext, aad))
	sameBytes(t, "ciphertext and tag", sealed, want)
	opened := must[[]byte](t)(decrypt(key, nonce, want, aad))
	sameBytes(t, "plaintext", opened, plaintext)
}

// TestHKDFVectorsOfRFC5869 takes the derivation through appendix A. The third
// vector is without salt and info, as usher's keys are without salt; the first
// two go to the library call below, since derive offers no salt.
func TestHKDFVectorsOfRFC5869(t *testing.T) {
	rows := []struct {
		name            string
		ikm, salt, info []byte
		want            string
	}{
		{
			"A.1, a basic case", unhex(t, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), run(0, 13), run(0xf0, 10),
			"3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
		},
		{
			"A.2, longer inputs and outputs", run(0, 80), run(0x60, 80), run(0xb0, 80),
			"b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09" +
				"da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
		},
		{
			"A.3, no salt and no info", unhex(t, "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"), nil, nil,
			"8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			want := unhex(t, row.want)
			got := must[[]byte](t)(hkdf.Key(sha256.New, row.ikm, row.salt, string(row.info), len(want)))
			sameBytes(t, "the library", got, want)
			if row.salt == nil {
				sameBytes(t, "derive", must[[]byte](t)(derive(row.ikm, row.info, len(want))), want)
			}
		})
	}
}

// TestHPKEVectorOfRFC9180 opens the first encryption of appendix A.2.1, base
// mode of the suite of the escrow. Sealing has no vector: the standard library
// lets nobody choose the ephemeral key. It is held against this opening by the
// round trips, and against an envelope made elsewhere below.
func TestHPKEVectorOfRFC9180(t *testing.T) {
	pair := must[hpke.PrivateKey](t)(escrowKEM().DeriveKeyPair(unhex(t, "1ac01f181fdf9f352797655161c58b75c656a6cc2716dcb66372da835542e1df")))
	sameBytes(t, "public key", pair.PublicKey().Bytes(), unhex(t, "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"))
	sealed := unhex(t, "1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"+
		"1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db21993c62ce81883d2dd1b51a28")
	info := []byte("Ode on a Grecian Urn")
	got := must[[]byte](t)(openTo(pair, info, []byte("Count-0"), sealed))
	sameBytes(t, "plaintext", got, []byte("Beauty is truth, truth beauty"))
	if _, err := openTo(pair, info, []byte("Count-1"), sealed); !errors.Is(err, ErrSealed) {
		t.Errorf("with other additional data: got error %v, want ErrSealed", err)
	}
}

// TestEnvelopesMadeElsewhere holds the file format still: these envelopes were
// computed from its description by another program, with other libraries and an
// own HChaCha20. What they hold must open for ever.
func TestEnvelopesMadeElsewhere(t *testing.T) {
	k, v, tok := orgKeyFixture(), vaultKeyFixture(), tokenFixture()
	place, scope, nonce := placeFixture(), scopeFixture(), run(64, 24)
	t.Run("a password hash under the organisation key", func(t *testing.T) {
		want := unhex(t, "01404142434445464748494a4b4c4d4e4f5051525354555657a4956390dbeb07c7aaba2ac443983645c9f102cafeab")
		sameBytes(t, "sealed", must[[]byte](t)(k.Seal(reader(nonce), PurposePassword, scope, place, []byte("a hash"))), want)
		sameBytes(t, "opened", must[[]byte](t)(k.Open(PurposePassword, scope, place, want)), []byte("a hash"))
	})
	t.Run("the vault key under the organisation key", func(t *testing.T) {
		want := unhex(t, "01404142434445464748494a4b4c4d4e4f5051525354555657aa2a26b466c1533f7a092b22be99793c18f7a6de9a332b438e7963690541e6b286d3f208770fc4450ee873b9659f24ba")
		sameBytes(t, "sealed", must[[]byte](t)(k.SealVault(reader(nonce), scope, place, v)), want)
		opened := must[VaultKey](t)(k.OpenVault(scope, place, want))
		sameBytes(t, "opened", opened[:], v[:])
	})
	t.Run("a stored password under the vault key", func(t *testing.T) {
		want := unhex(t, "01404142434445464748494a4b4c4d4e4f5051525354555657b95450baa239557822483b769e45643c5a931eb87c5862"+
			"7747958fce6d27eab19550933e315c170a7710d79e09c5aa0d178655b479ede386a359a53555026893fd228c0243491ca1cdfde65c0de34bd2")
		sameBytes(t, "sealed", must[[]byte](t)(v.SealSecret(reader(nonce), scope, place, []byte("id 9"), []byte("a hash"))), want)
		sameBytes(t, "opened", must[[]byte](t)(v.OpenSecret(scope, place, []byte("id 9"), want)), []byte("a hash"))
	})
	t.Run("the organisation key under a token", func(t *testing.T) {
		want := unhex(t, "01404142434445464748494a4b4c4d4e4f50515253545556576e8cfa70ed5b30cb41af42fb6f3682fab61f2b517b873c74b34e781b3f1eaf8e59ae7f2d")
		sameBytes(t, "sealed", must[[]byte](t)(tok.SealKey(reader(nonce), place, scope, k)), want)
		opened := must[OrgKey](t)(tok.OpenKey(place, scope, want))
		sameBytes(t, "opened", opened[:], k[:])
	})
	t.Run("the organisation key to the system key", func(t *testing.T) {
		envelope := unhex(t, "01a1d6eee49c38826cccc2f972970337d472333acab07f052cdda2109227d2a322344d116819f71eed6a324f90ec3ab1997b6e5fe7f7816ca5c5eac0e13cb38f069ba215dd")
		opened := must[OrgKey](t)(systemKeyFixture().OpenOrgKey(place, scope, envelope))
		sameBytes(t, "opened", opened[:], k[:])
	})
}

// TestValuesMadeElsewhere does the same for what is kept or shown and never
// opened again.
func TestValuesMadeElsewhere(t *testing.T) {
	k, s, tok := orgKeyFixture(), systemKeyFixture(), tokenFixture()
	instance := placeFixture().Instance
	check := k.CheckValue(instance, scopeFixture())
	sameBytes(t, "check value", check[:], unhex(t, "e8357b89295f06dd45d9f4aef2e7e74c"))
	sameBytes(t, "public half", must[[]byte](t)(s.Public(instance)), unhex(t, "64d6074d5a8d9b84c6a95ce52d45388cd38d795c81f6a741a380e47c92a2e303"))
	mark := must[[checkSize]byte](t)(vaultKeyFixture().NameMark(instance, scopeFixture(), "åsa router"))
	sameBytes(t, "mark of a name", mark[:], unhex(t, "2032b8082e0fec2c96820410fd571c46"))
	texts := []struct{ name, got, want string }{
		{"organisation key", k.Reveal(), orgKeyText},
		{"system key", s.Reveal(), "US-CNK6E-T39D9-NPRVB-EDXR7-2WKKE-HTQCX-VRXZ"},
		{"fingerprint of the organisation key", k.Fingerprint(instance), "AFWGS5ZH"},
		{"fingerprint of the system key", s.Fingerprint(instance), "9WVB5Y5S"},
		{"session", tok.Reveal(Session), "usher_s_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8x8KWrg"},
		{"service token", tok.Reveal(Service), "usher_t_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8G8JDyA"},
		{"invitation link", tok.Reveal(InviteLink), "usher_i_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8frUyng"},
		{"password link", tok.Reveal(PasswordLink), "usher_p_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8-AnoOw"},
		{"key link", tok.Reveal(OrgKeyLink), "usher_k_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj84uhkRw"},
	}
	for _, row := range texts {
		if row.got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, row.got, row.want)
		}
	}
	hashes := map[TokenKind]string{
		Session:      "5d09fdaf921355ccbe2388151289e506241c39a628368685f42f50c65c169879",
		Service:      "5d688dba9816b6fe7356cf5afc90df0b01aa702d62524b83dd9268e963b84457",
		InviteLink:   "2d4c0d2971b01b7464ecfd0e787350e3bede049845c556fdb0737c6c9df29ba8",
		PasswordLink: "93ae19feaa45f584b3060bc38195c1243e89ce039735d85f896e37f70ab3dfaa",
		OrgKeyLink:   "c68ca4bbfac13a505a98b617af8df0b89e63f6f9ac29c8362a3bb24f2e007a98",
	}
	for kind, want := range hashes {
		got := tok.Hash(kind)
		sameBytes(t, "hash of a "+kind.String(), got[:], unhex(t, want))
	}
}
