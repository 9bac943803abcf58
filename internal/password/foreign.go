package password

import (
	"strings"
)

// checker verifies one form of hash. It was bounded when it was made.
type checker struct {
	scheme string
	match  func(password []byte) (bool, error)
}

// matches tries both forms of pw, since other systems hashed what was typed.
func (c checker) matches(pw Plain) (bool, error) {
	for _, form := range pw.forms() {
		if ok, err := c.match(form); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// RecogniseForeign returns the name of the scheme that s is a hash of, such as
// "bcrypt" or "ssha256", when Verify can check it. Otherwise the error is
// Invalid: coded password.hash_unsupported for clear text, unknown and broken
// schemes (plain MD5, LM, NT, DES crypt) and damaged hashes;
// password.hash_too_costly when a sign-in would take too long.
func RecogniseForeign(s string) (name string, err error) {
	c, err := parse(s, ceilings())
	return c.scheme, err
}

// parse reads any form of hash within the ceiling.
//
//	$ID$…          crypt(3) and PHC strings
//	{SCHEME}…      LDAP and mail servers
//	ALGORITHM$…    Django
func parse(encoded string, most ceiling) (checker, error) {
	if encoded == "" || len(encoded) > maxEncoded || !printable(encoded) {
		return checker{}, unsupported("it is empty, too long or no text")
	}
	switch encoded[0] {
	case '$':
		return parseModular(encoded, most)
	case '{':
		return parseLDAP(encoded, most)
	}
	return parseDjango(encoded, most)
}

// parseModular reads what begins with "$ID$".
func parseModular(encoded string, most ceiling) (checker, error) {
	id, body, _ := strings.Cut(strings.TrimPrefix(encoded, "$"), "$")
	switch id {
	case "argon2id", "argon2i":
		a, err := parseArgon(encoded, most)
		return checker{scheme: id, match: a.match}.unless(err)
	case "2a", "2b", "2y":
		return parseBcrypt(encoded, body, most)
	case "5", "6":
		return parseShaCrypt(id, body, most)
	case "y":
		return parseYescrypt(encoded, body, most)
	case "7":
		return parseScryptCrypt(body, most)
	case "scrypt":
		return parseScryptPHC(body, most)
	case "pbkdf2", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512":
		return parsePBKDF2(strings.TrimPrefix(strings.TrimPrefix(id, "pbkdf2"), "-"), body, most)
	case "1", "md5", "apr1", "3", "2x", "sha1", "argon2d":
		return checker{}, unsupported("$" + id + "$ hashes are not supported")
	}
	return checker{}, unsupported("its form is not known")
}

// parseLDAP reads what begins with "{SCHEME}", as directories and mail servers
// keep it: most schemes wrap one of the other forms.
func parseLDAP(encoded string, most ceiling) (checker, error) {
	scheme, body, ok := strings.Cut(strings.TrimPrefix(encoded, "{"), "}")
	if !ok {
		return checker{}, unsupported("its form is not known")
	}
	switch scheme = strings.ToUpper(scheme); scheme {
	case "SHA", "SSHA", "SHA256", "SSHA256", "SHA512", "SSHA512":
		return parseSalted(scheme, body)
	case "CRYPT", "BCRYPT", "BLF-CRYPT", "SHA256-CRYPT", "SHA512-CRYPT", "ARGON2", "ARGON2I", "ARGON2ID":
		if strings.HasPrefix(body, "$") {
			return parseModular(body, most)
		}
		return checker{}, unsupported("DES crypt is not supported")
	case "PBKDF2", "PBKDF2-SHA1", "PBKDF2-SHA256", "PBKDF2-SHA512":
		return parseModular("$"+strings.ToLower(scheme)+"$"+body, most)
	case "MD5", "SMD5", "CLEARTEXT", "CLEAR", "PLAIN", "LANMAN", "NT", "SASL":
		return checker{}, unsupported("{" + scheme + "} is not supported")
	}
	return checker{}, unsupported("its form is not known")
}

// parseDjango reads what begins with the name of a Django hasher.
func parseDjango(encoded string, most ceiling) (checker, error) {
	algorithm, body, _ := strings.Cut(encoded, "$")
	switch algorithm {
	case "pbkdf2_sha256":
		return parseDjangoPBKDF2("sha256", body, most)
	case "pbkdf2_sha1":
		return parseDjangoPBKDF2("sha1", body, most)
	case "argon2":
		return parseModular("$"+body, most)
	case "bcrypt":
		return parseModular(body, most)
	}
	return checker{}, unsupported("its form is not known; clear text, MD5, LM, NT and DES crypt never are")
}

// unless returns c, or nothing of it when there is an error.
func (c checker) unless(err error) (checker, error) {
	if err != nil {
		return checker{}, err
	}
	return c, nil
}

// printable reports whether s is visible ASCII only. The base64 decoders skip
// line breaks; a hash has none.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// in64 reports whether s consists of the 64 characters of crypt(3): letters,
// digits, dot and slash.
func in64(s string) bool {
	for i := range len(s) {
		if at64(s[i]) < 0 {
			return false
		}
	}
	return true
}

// at64 returns the value of a character of crypt(3) in the order that sha-crypt,
// scrypt and yescrypt use, -1 for any other.
func at64(c byte) int {
	return strings.IndexByte("./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", c)
}
