package password

import (
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

const horse = "correct horse 42"

// plain returns the Plain of s; tests give only what can be prepared.
func plain(t testing.TB, s string) Plain {
	t.Helper()
	pw, err := Prepare([]byte(s))
	if err != nil {
		t.Fatalf("Prepare(%q): %v", s, err)
	}
	return pw
}

// vectors were made by other programs than usher, or stand in the
// documentation of their scheme.
var vectors = []struct {
	name     string
	scheme   string
	password string
	encoded  string
}{
	// The reference implementation: printf %s PASSWORD | argon2 SALT -id -t 2 -k 64 -p 2 -l 32 -e
	{"argon2id of the reference command", "argon2id", horse, "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHQ$HfTjb1lrSXcSLMBld0G81RDCk2S2sh09IVJb0XQG0xQ"},
	{"argon2id under our own costs", "argon2id", horse, "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$fcxg8bazWR3zjJWElsCwxxNkptqmdaZ6HjseXL0devE"},
	{"argon2i of the reference command", "argon2i", horse, "$argon2i$v=19$m=64,t=2,p=2$c2FsdHNhbHQ$74xu1+wRrkEaOyUtgsmVtwD4TZjOobWWEllnOMcj0V8"},
	{"argon2i from the readme of the reference command", "argon2i", "password", "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG"},
	{"argon2id behind Django's name", "argon2id", horse, "argon2$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHQ$HfTjb1lrSXcSLMBld0G81RDCk2S2sh09IVJb0XQG0xQ"},
	{"argon2id behind OpenLDAP's name", "argon2id", horse, "{ARGON2}$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHQ$HfTjb1lrSXcSLMBld0G81RDCk2S2sh09IVJb0XQG0xQ"},

	// libxcrypt: perl -e 'print crypt("PASSWORD", q(SETTING))'
	{"bcrypt 2a", "bcrypt", horse, "$2a$06$abcdefghijklmnopqrstuuXHMlHsEvXUrpqEOtBCkCsIHIE7bLyT6"},
	{"bcrypt 2b", "bcrypt", horse, "$2b$06$......................HDFgWCHIpFd8bwDSDdpYiTTmygFe2PG"},
	{"bcrypt 2y", "bcrypt", horse, "$2y$05$ABCDEFGHIJKLMNOPQRSTUuM4JeaaUQh7wcC3hfGyBEmv5ozD3zV7S"},
	{"bcrypt from John the Ripper's tests", "bcrypt", "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"},
	{"bcrypt of more than its 72 bytes", "bcrypt", strings.Repeat("x", 100), "$2b$04$......................SZFhVdUK5wGKY4lx/QrgUMHG0XsWjbi"},
	{"bcrypt of text beyond ASCII", "bcrypt", "Grüne", "$2b$04$......................S22KHyHFXOQuE4Ykr67EFnoXHOW619i"},
	{"bcrypt behind Django's name", "bcrypt", horse, "bcrypt$$2b$06$......................HDFgWCHIpFd8bwDSDdpYiTTmygFe2PG"},
	{"bcrypt behind a directory's name", "bcrypt", horse, "{BCRYPT}$2y$05$ABCDEFGHIJKLMNOPQRSTUuM4JeaaUQh7wcC3hfGyBEmv5ozD3zV7S"},
	{"bcrypt behind Dovecot's name", "bcrypt", horse, "{BLF-CRYPT}$2y$05$ABCDEFGHIJKLMNOPQRSTUuM4JeaaUQh7wcC3hfGyBEmv5ozD3zV7S"},
	{"sha512-crypt with few rounds", "sha512-crypt", horse, "$6$rounds=1000$short$6LuuwXhQjhyr27QxhdFPrfWVoSh9x9A8iOO.AgbqDHmRciN.CaOSgtqoZITcEQJu34F37zyutew9hZH3YdpV.1"},
	{"sha512-crypt of a long password", "sha512-crypt", strings.Repeat("x", 100), "$6$rounds=1000$abc$Hn7lAsR4WtZhHpOFWSOce/wOWEr09iHv4H2NhFC.LsDTzlWPLVfPDvGoZP21FUU0z/Hmca2mE6g1/I/6aI7cP0"},
	{"sha256-crypt with more rounds", "sha256-crypt", horse, "$5$rounds=12345$sixteencharacter$mmhDuoE8en2vn8mMQVyXNNW9cWS9fFpSZkJb3X4SaV/"},
	{"sha256-crypt of a password longer than its digest", "sha256-crypt", strings.Repeat("é", 40), "$5$abc$kbQuEw8IsShIBFN8JbzcVyMjfsD1rjzTxEwyn7K7xuA"},
	{"yescrypt", "yescrypt", horse, "$y$j75$usherSalt0$XM.Gu1HYJir24r8wsCj9GVXIEPWQzerGuRpfHy7bj96"},
	{"yescrypt as Debian makes it", "yescrypt", horse, "$y$j9T$0123456789abcdef$GWkNXM/.vEuvWMlT9BiSgbpSiEO3lF.s/yUQQnkUNu."},
	{"yescrypt without salt", "yescrypt", horse, "$y$j75$$4no4ab0YUkrTAIA2KyxMUwiIEQlrGVFoYSD.ZVd.6g5"},
	{"scrypt of crypt(3)", "scrypt", horse, "$7$A6....1....SodiumChloride$uSOJdnz8H.O4ECpIbDFbiK2DcU/xNps0toKDiai4Y.0"},
	{"scrypt of crypt(3) with other costs", "scrypt", horse, "$7$86..../....aB.9$3HuLVpOZUAijaM/fvqVBGXyFhLLKQCyNI4JzojrupF/"},

	// openssl passwd -6 -salt usherSalt01 PASSWORD, and -5
	{"sha512-crypt of openssl", "sha512-crypt", "Grüne Äpfel 7", "$6$usherSalt01$L5hFx0Jg..4QFsuWI9blhWnxvedgEm9frK4jiSd81z3AtjOKde3hM7TePGnambj.e0Xmzuj6fzAnkbC1EBY2G0"},
	{"sha256-crypt of openssl", "sha256-crypt", "Grüne Äpfel 7", "$5$usherSalt01$F1zA2Mr/jCXJQOtb9TYxZqsFB6pz2lCRXcTF74VLHT9"},
	{"sha512-crypt behind a directory's name", "sha512-crypt", "Grüne Äpfel 7", "{CRYPT}$6$usherSalt01$L5hFx0Jg..4QFsuWI9blhWnxvedgEm9frK4jiSd81z3AtjOKde3hM7TePGnambj.e0Xmzuj6fzAnkbC1EBY2G0"},
	{"sha256-crypt behind Dovecot's name in small letters", "sha256-crypt", "Grüne Äpfel 7", "{sha256-crypt}$5$usherSalt01$F1zA2Mr/jCXJQOtb9TYxZqsFB6pz2lCRXcTF74VLHT9"},
	// The paper that describes sha-crypt.
	{"sha512-crypt of its description", "sha512-crypt", "Hello world!", "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"},
	{"sha256-crypt of its description", "sha256-crypt", "Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5"},

	// Python: hashlib.scrypt and hashlib.pbkdf2_hmac, put together as passlib and Django document it.
	{"scrypt as a PHC string", "scrypt", horse, "$scrypt$ln=4,r=8,p=2$8PHy8/T19vf4+fr7/P3+/w$txgGtj4y69kYUyQIYXUiAbBrfzpNVAuvCq6r7EkKmV8"},
	{"Django's PBKDF2", "pbkdf2-sha256", horse, "pbkdf2_sha256$1000$seasalt0$fD7BFrKFb3CTezBQM8HgN3Ko0U9jj9X51W0QFir7M/0="},
	{"Django's PBKDF2 over SHA-1", "pbkdf2-sha1", horse, "pbkdf2_sha1$1000$seasalt0$nC+fkKv8HbbA548N1AVEjhfydB8="},
	{"PBKDF2 over SHA-1", "pbkdf2-sha1", horse, "$pbkdf2$1000$8PHy8/T19vf4.fr7/P3./w$hO.vpiJp5lurW4FPelXZ22bqV.A"},
	{"PBKDF2 over SHA-256", "pbkdf2-sha256", horse, "$pbkdf2-sha256$1000$8PHy8/T19vf4.fr7/P3./w$zdvJfhrg/a/7MRYWuvH2.7yJfVFNrm0wO3vvnmh82q0"},
	{"PBKDF2 over SHA-512", "pbkdf2-sha512", horse, "$pbkdf2-sha512$1000$8PHy8/T19vf4.fr7/P3./w$47qINR/wKMUvcrHnXhNIjCukWrg0Z17S4yncmrI7Jk/m/31pb8JRY7M7QSFYOnwK52PCshmNUi/rMhycJjoWfQ"},
	{"PBKDF2 from passlib's documentation", "pbkdf2-sha256", "password", "$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M"},
	{"OpenLDAP's PBKDF2", "pbkdf2-sha256", horse, "{PBKDF2-SHA256}1000$8PHy8/T19vf4.fr7/P3./w$zdvJfhrg/a/7MRYWuvH2.7yJfVFNrm0wO3vvnmh82q0"},

	// Python: base64.b64encode(hashlib.sha1(PASSWORD + SALT).digest() + SALT), and its longer kin.
	{"SHA", "sha", horse, "{SHA}WqwMJTH3IpZy8+j7ousrrh4UR2o="},
	{"SSHA", "ssha", horse, "{SSHA}FRfoHKnu+Vlv6XlHv5/4Z6kH8ibw8fLz9PX29w=="},
	{"SSHA in small letters and without padding", "ssha", horse, "{ssha}FRfoHKnu+Vlv6XlHv5/4Z6kH8ibw8fLz9PX29w"},
	{"SHA256", "sha256", horse, "{SHA256}DA3rCanXvbcBbrTjrjYml98e9fQsu1hlYzri6sDdP0k="},
	{"SSHA256", "ssha256", horse, "{SSHA256}2zIqNuRUggGEJXrTjI5oR/b/Hdj8PaWmjk7TEiaprlXw8fLz9PX29w=="},
	{"SHA512", "sha512", horse, "{SHA512}Vu/LlemBMEwfw1I8TKiPio3m5qs/IkD9/RvJpOIODzdzamt2B/jzXr0/nO6oRt7AHnHNM25e2xdAWRmvIBBinQ=="},
	{"SSHA512", "ssha512", horse, "{SSHA512}tBBUI+9BaOslznXfZw2gsZWL94Rn9JDF1JLKFGPckxOZI+F5SH/DfgS/Rr80YDQ3Px4vS2lyeuMr7y7suVE2zvDx8vP09fb3"},
}

func TestForeignHashesVerify(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			name, err := RecogniseForeign(v.encoded)
			if err != nil || name != v.scheme {
				t.Fatalf("RecogniseForeign(%s) = %q, %v; want %q", v.encoded, name, err, v.scheme)
			}
			c, err := parse(v.encoded, ceilings())
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := c.matches(plain(t, v.password)); !ok || err != nil {
				t.Errorf("the right password gives %v, %v; want true", ok, err)
			}
			// One more character in front, since bcrypt ignores what is behind 72 bytes.
			if ok, err := c.matches(plain(t, "!"+v.password)); ok || err != nil {
				t.Errorf("a wrong password gives %v, %v; want false", ok, err)
			}
			if ok, _ := c.matches(Plain{}); ok {
				t.Error("no password gives true")
			}
		})
	}
}

// TestDamagedForeignHashes changes characters of each vector: the result must
// be an error or a mismatch.
func TestDamagedForeignHashes(t *testing.T) {
	for _, v := range vectors {
		if strings.Contains(v.encoded, "m=65536") || strings.Contains(v.encoded, "j9T") {
			continue // slow, and of the same form as others
		}
		t.Run(v.name, func(t *testing.T) {
			pw := plain(t, v.password)
			// Behind the last separator stands the hash itself; its last
			// characters may carry ignored bits.
			from := strings.LastIndexAny(v.encoded, "$}") + 1
			for _, i := range []int{from, from + 9, from + 17} {
				other := byte('x')
				if v.encoded[i] == other {
					other = 'y'
				}
				damaged := v.encoded[:i] + string(other) + v.encoded[i+1:]
				c, err := parse(damaged, ceilings())
				if err != nil {
					continue
				}
				if ok, err := c.matches(pw); ok {
					t.Errorf("%s matches, error %v", damaged, err)
				}
			}
		})
	}
}

func TestUnsupportedHashes(t *testing.T) {
	b := strings.Repeat("A", 43)
	for _, test := range []struct{ name, encoded, code string }{
		{"nothing", "", "hash_unsupported"},
		{"clear text", "opensesame", "hash_unsupported"},
		{"clear text that looks like Django's", "pbkdf2$opensesame", "hash_unsupported"},
		{"clear text with a name", "{CLEARTEXT}opensesame", "hash_unsupported"},
		{"plain MD5", "5f4dcc3b5aa765d61d8327deb882cf99", "hash_unsupported"},
		{"MD5 of a directory", "{MD5}X03MO1qnZdYdgyfeuILPmQ==", "hash_unsupported"},
		{"salted MD5 of a directory", "{SMD5}X03MO1qnZdYdgyfeuILPmXRlc3Q=", "hash_unsupported"},
		{"LM and NT", "aad3b435b51404eeaad3b435b51404ee:8846f7eaee8fb117ad06bdd830b7586c", "hash_unsupported"},
		{"NT of crypt(3)", "$3$$8846f7eaee8fb117ad06bdd830b7586c", "hash_unsupported"},
		{"DES crypt", "abJnggxhB/yWI", "hash_unsupported"},
		{"DES crypt of a directory", "{CRYPT}abJnggxhB/yWI", "hash_unsupported"},
		{"a directory's name inside a directory's name", "{CRYPT}{SSHA}FRfoHKnu+Vlv6XlHv5/4Z6kH8ibw8fLz9PX29w==", "hash_unsupported"},
		{"an open brace", "{SSHA", "hash_unsupported"},
		{"MD5 crypt", "$1$abc$rgtslqPVZoVdfNtW3XdBV.", "hash_unsupported"},
		{"Apache's MD5", "$apr1$abc$rgtslqPVZoVdfNtW3XdBV.", "hash_unsupported"},
		{"the broken bcrypt 2x", "$2x$06$abcdefghijklmnopqrstuuXHMlHsEvXUrpqEOtBCkCsIHIE7bLyT6", "hash_unsupported"},
		{"a line break inside", "{SSHA}FRfoHKnu+Vlv6XlHv5/4\nZ6kH8ibw8fLz9PX29w==", "hash_unsupported"},
		{"too long", "{SSHA}" + strings.Repeat("A", 600), "hash_unsupported"},
		{"SSHA without salt", "{SSHA}WqwMJTH3IpZy8+j7ousrrh4UR2o=", "hash_unsupported"},
		{"SHA with more than a digest", "{SHA}FRfoHKnu+Vlv6XlHv5/4Z6kH8ibw8fLz9PX29w==", "hash_unsupported"},
		{"SSHA cut off", "{SSHA}FRfoHKnu", "hash_unsupported"},
		{"SSHA with a salt of a hundred bytes", "{SSHA}" + strings.Repeat("A", 160), "hash_unsupported"},

		{"argon2d, which no library verifies", "$argon2d$v=19$m=64,t=2,p=2$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 of version 16", "$argon2i$m=64,t=2,p=2$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 without passes", "$argon2id$v=19$m=64,t=0,p=2$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 without lanes", "$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 with a sign", "$argon2id$v=19$m=+64,t=1,p=1$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 with a leading zero", "$argon2id$v=19$m=064,t=1,p=1$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 with memory under eight blocks a lane", "$argon2id$v=19$m=8,t=1,p=2$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 with a salt of two bytes", "$argon2id$v=19$m=64,t=1,p=1$c2E$" + b, "hash_unsupported"},
		{"argon2 with a tag of three bytes", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AAAA", "hash_unsupported"},
		{"argon2 with too much memory", "$argon2id$v=19$m=1048577,t=1,p=1$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"argon2 with memory beyond all numbers", "$argon2id$v=19$m=99999999999999999999,t=1,p=1$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"argon2 with too many passes", "$argon2id$v=19$m=64,t=17,p=1$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"argon2 with too many lanes", "$argon2id$v=19$m=65536,t=1,p=17$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"argon2 with 256 lanes, one more than a byte holds", "$argon2id$v=19$m=65536,t=1,p=257$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"argon2 with much memory and many passes", "$argon2id$v=19$m=1048576,t=5,p=1$c2FsdHNhbHQ$" + b, "hash_too_costly"},

		{"argon2 with other costs than its own", "$argon2id$v=19$m=64,t=2,x=2$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 with two costs", "$argon2id$v=19$m=64,t=2$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"argon2 with a salt that is no base64", "$argon2id$v=19$m=64,t=2,p=2$c2FsdHN~bHQ$" + b, "hash_unsupported"},
		{"argon2 with a part too many", "$argon2id$v=19$m=64,t=2,p=2$c2FsdHNhbHQ$" + b + "$", "hash_unsupported"},
		{"an unknown form of crypt(3)", "$gy$j9T$0123456789abcdef$" + b, "hash_unsupported"},
		{"an unknown form of a directory", "{X-FOO}" + b, "hash_unsupported"},

		{"bcrypt of cost 3", "$2b$03$......................HDFgWCHIpFd8bwDSDdpYiTTmygFe2PG", "hash_unsupported"},
		{"bcrypt of cost 16", "$2b$16$......................HDFgWCHIpFd8bwDSDdpYiTTmygFe2PG", "hash_too_costly"},
		{"bcrypt cut off", "$2b$06$......................HDFgWCHIpFd8bwDSDdpYiTTmygFe2P", "hash_unsupported"},
		{"sha-crypt with too many rounds", "$5$rounds=1000001$abc$" + b, "hash_too_costly"},
		{"sha-crypt with too few rounds", "$5$rounds=999$abc$" + b, "hash_unsupported"},
		{"sha-crypt with a salt of 17 characters", "$5$12345678901234567$" + b, "hash_unsupported"},
		{"sha-crypt without a hash", "$6$abc", "hash_unsupported"},
		{"sha-crypt with nothing but rounds", "$6$rounds=5000", "hash_unsupported"},
		{"yescrypt filling 512 MiB", "$y$jET$0123456789abcdef$" + b, "hash_too_costly"},
		{"yescrypt of another flavour", "$y$.9T$0123456789abcdef$" + b, "hash_unsupported"},
		{"yescrypt with a salt no encoder makes", "$y$j75$/////////////$" + b, "hash_unsupported"},
		{"scrypt filling 512 MiB", "$scrypt$ln=19,r=8,p=1$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"scrypt with an N of 2^64", "$scrypt$ln=64,r=8,p=1$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"scrypt in too many lanes", "$scrypt$ln=18,r=8,p=17$c2FsdHNhbHQ$" + b, "hash_too_costly"},
		{"scrypt of crypt(3) with the greatest r", "$7$Azzzzz1....SodiumChloride$" + b, "hash_too_costly"},
		{"scrypt of crypt(3) without all of its costs", "$7$A6....1...$" + b, "hash_unsupported"},
		{"scrypt of crypt(3) without any", "$7$$" + b, "hash_unsupported"},
		{"scrypt of crypt(3) cut off", "$7$A6....1....SodiumChloride$" + b[1:], "hash_unsupported"},
		{"scrypt of two parts", "$scrypt$ln=4,r=8,p=1$" + b, "hash_unsupported"},
		{"scrypt with costs in another order", "$scrypt$r=8,ln=4,p=1$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"scrypt with a tag of three bytes", "$scrypt$ln=4,r=8,p=1$c2FsdHNhbHQ$AAAA", "hash_unsupported"},
		{"yescrypt with letters crypt(3) has not", "$y$j75$usherSalt0$" + b[1:] + "_", "hash_unsupported"},
		{"PBKDF2 of two parts", "$pbkdf2-sha256$1000$" + b, "hash_unsupported"},
		{"PBKDF2 that is no base64", "$pbkdf2-sha256$1000$c2FsdA$~" + b, "hash_unsupported"},
		{"Django's PBKDF2 of two parts", "pbkdf2_sha256$1000$" + b, "hash_unsupported"},
		{"Django's PBKDF2 without padding", "pbkdf2_sha256$1000$salt$" + b, "hash_unsupported"},
		{"scrypt without lanes", "$scrypt$ln=4,r=8,p=0$c2FsdHNhbHQ$" + b, "hash_unsupported"},
		{"PBKDF2 with too many iterations", "pbkdf2_sha256$2000001$salt$" + b + "=", "hash_too_costly"},
		{"PBKDF2 without iterations", "pbkdf2_sha256$0$salt$" + b + "=", "hash_unsupported"},
		{"PBKDF2 with a tag of another length", "$pbkdf2-sha512$1000$c2FsdA$" + b, "hash_unsupported"},
	} {
		t.Run(test.name, func(t *testing.T) {
			name, err := RecogniseForeign(test.encoded)
			if name != "" || account.KindOf(err) != account.Invalid || account.CodeOf(err) != "password."+test.code {
				t.Errorf("RecogniseForeign(%q) = %q, %v (%s); want Invalid, %s",
					test.encoded, name, err, account.CodeOf(err), test.code)
			}
			if ok, err := Verify(test.encoded, plain(t, horse)); ok || err == nil {
				t.Errorf("Verify(%q) = %v, %v; want false and an error", test.encoded, ok, err)
			}
			if err != nil && len(test.encoded) > 8 && strings.Contains(err.Error(), test.encoded[len(test.encoded)-8:]) {
				t.Errorf("the error %q shows the hash", err)
			}
		})
	}
}

// TestCeilingsAreReachable shows that the bounds refuse nothing they allow.
func TestCeilingsAreReachable(t *testing.T) {
	b := strings.Repeat("A", 43)
	for _, encoded := range []string{
		"$argon2id$v=19$m=1048576,t=4,p=16$c2FsdHNhbHQ$" + b,
		"$argon2id$v=19$m=262144,t=16,p=1$c2FsdHNhbHQ$" + b,
		"$2b$15$......................HDFgWCHIpFd8bwDSDdpYiTTmygFe2PG",
		"$5$rounds=1000000$abc$" + b,
		"$y$jDT$0123456789abcdef$" + b,
		"$scrypt$ln=18,r=8,p=16$c2FsdHNhbHQ$" + b,
		"pbkdf2_sha256$2000000$salt$" + b + "=",
	} {
		if _, err := RecogniseForeign(encoded); err != nil {
			t.Errorf("RecogniseForeign(%s): %v; want no error", encoded, err)
		}
	}
}

func TestForeignHashIsOfWhatWasTyped(t *testing.T) {
	// perl -e 'print crypt("\xef\xac\x81nal exam", q($5$rounds=1000$abc))': the
	// ligature fi, which NFKC makes two letters.
	const encoded = "$5$rounds=1000$abc$4ZgXWLQ/QQo05xu9v/ZyBhckQGY.LYR42ePgMXajHZ7"
	ok, err := Verify(encoded, plain(t, "\ufb01nal exam"))
	if !ok || err != nil {
		t.Errorf("Verify of the ligature as typed = %v, %v; want true", ok, err)
	}
	if ok, err := Verify(encoded, plain(t, "final exam")); ok || err != nil {
		t.Errorf("Verify of two letters instead = %v, %v; want false", ok, err)
	}
}
