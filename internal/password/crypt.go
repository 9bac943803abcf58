package password

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"hash"
	"strings"

	sha "github.com/go-crypt/x/crypt"
	"github.com/go-crypt/x/yescrypt"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/crypto/scrypt"
)

// parseBcrypt reads $2b$12$ and 53 characters: salt and hash. $2a$ and $2y$
// are the same algorithm; $2x$ marks hashes of a broken one.
func parseBcrypt(encoded, body string, most ceiling) (checker, error) {
	cost, rest, _ := strings.Cut(body, "$")
	if len(rest) != 53 || !in64(rest) || len(cost) != 2 {
		return checker{}, unsupported("its bcrypt parts are damaged")
	}
	n, ok := number(strings.TrimPrefix(cost, "0"))
	if !ok || n < bcrypt.MinCost {
		return checker{}, unsupported("its bcrypt cost is damaged")
	}
	if n > most.bcryptCost {
		return checker{}, tooCostly("bcrypt", "cost", most.bcryptCost)
	}
	return checker{scheme: "bcrypt", match: func(password []byte) (bool, error) {
		err := bcrypt.CompareHashAndPassword([]byte(encoded), password)
		if errors.Is(err, bcrypt.ErrMismatchedHashAndPassword) {
			return false, nil
		}
		return err == nil, err
	}}, nil
}

// parseShaCrypt reads $5$ and $6$: [rounds=N$]salt$hash.
func parseShaCrypt(id, body string, most ceiling) (checker, error) {
	scheme, length, algorithm := "sha256-crypt", 43, sha256.New
	if id == "6" {
		scheme, length, algorithm = "sha512-crypt", 86, sha512.New
	}
	rounds := 5000
	part := strings.Split(body, "$")
	if value, ok := strings.CutPrefix(part[0], "rounds="); ok {
		n, ok := number(value)
		if !ok || n < 1000 {
			return checker{}, unsupported("its number of rounds is damaged")
		}
		rounds, part = n, part[1:]
	}
	if len(part) != 2 || len(part[0]) > 16 || len(part[1]) != length || !in64(part[1]) {
		return checker{}, unsupported("its sha-crypt parts are damaged")
	}
	if rounds > most.shaRounds {
		return checker{}, tooCostly(scheme, "number of rounds", most.shaRounds)
	}
	salt, want := []byte(part[0]), []byte(part[1])
	return checker{scheme: scheme, match: func(password []byte) (bool, error) {
		got := sha.KeySHACrypt(func() hash.Hash { return algorithm() }, password, salt, rounds)
		return subtle.ConstantTimeCompare(got, want) == 1, nil
	}}, nil
}

// parseYescrypt reads $y$ with the settings Linux systems write: j, the
// logarithm of N and r, each one character, then salt$hash.
func parseYescrypt(encoded, body string, most ceiling) (checker, error) {
	setting, rest, _ := strings.Cut(body, "$")
	salt, tag, ok := strings.Cut(rest, "$")
	if !ok || yescrypt.Decode64([]byte(salt)) == nil || len(tag) != 43 || !in64(tag) {
		return checker{}, unsupported("its yescrypt parts are damaged")
	}
	if len(setting) != 3 || setting[0] != 'j' {
		return checker{}, unsupported("its yescrypt settings are not those Linux systems use")
	}
	log, r := at64(setting[1])+1, at64(setting[2])+1
	if log < 10 || r < 1 {
		return checker{}, unsupported("its yescrypt settings are not those Linux systems use")
	}
	// The library refuses greater ones of these two whatever their product.
	if log > 18 || r > 32 {
		return checker{}, tooCostly("yescrypt", "memory in KiB", most.scryptMemory)
	}
	return checker{scheme: "yescrypt", match: func(password []byte) (bool, error) {
		got, err := yescrypt.Hash(password, []byte(encoded))
		return subtle.ConstantTimeCompare(got, []byte(encoded)) == 1, err
	}}.unless(most.allowScrypt("yescrypt", log, r, 1))
}

// parseScryptCrypt reads $7$: one character for the logarithm of N, five each
// for r and p, then salt$hash, where the salt is taken as the text it is.
func parseScryptCrypt(body string, most ceiling) (checker, error) {
	setting, tag, ok := strings.Cut(body, "$")
	if !ok || len(setting) < 11 || len(setting)-11 > maxSalt || !in64(setting) || len(tag) != 43 || !in64(tag) {
		return checker{}, unsupported("its scrypt parts are damaged")
	}
	s := scryptHash{
		log: at64(setting[0]), r: number64(setting[1:6]), p: number64(setting[6:11]),
		salt: []byte(setting[11:]), tag: yescrypt.Decode64([]byte(tag)),
	}
	return s.checker(most)
}

// number64 reads five characters of crypt(3), least significant first.
func number64(s string) int {
	n := 0
	for i := range len(s) {
		n |= at64(s[i]) << (6 * i)
	}
	return n
}

// parseScryptPHC reads $scrypt$ln=16,r=8,p=1$salt$hash.
func parseScryptPHC(body string, most ceiling) (checker, error) {
	part := strings.Split(body, "$")
	if len(part) != 3 {
		return checker{}, unsupported("its scrypt parts are damaged")
	}
	cost, ok := costs(part[0], "ln=", "r=", "p=")
	salt, saltErr := base64.RawStdEncoding.DecodeString(part[1])
	tag, tagErr := base64.RawStdEncoding.DecodeString(part[2])
	if !ok || saltErr != nil || tagErr != nil {
		return checker{}, unsupported("its scrypt parts are damaged")
	}
	return scryptHash{log: cost[0], r: cost[1], p: cost[2], salt: salt, tag: tag}.checker(most)
}

// scryptHash is a scrypt hash taken apart; log is the logarithm of N.
type scryptHash struct {
	log, r, p int
	salt, tag []byte
}

// checker returns what verifies s, once its costs are bounded.
func (s scryptHash) checker(most ceiling) (checker, error) {
	if s.log < 1 || s.r < 1 || s.p < 1 || len(s.salt) > maxSalt || len(s.tag) < minTag || len(s.tag) > maxTag {
		return checker{}, unsupported("its scrypt costs or parts are out of range")
	}
	return checker{scheme: "scrypt", match: func(password []byte) (bool, error) {
		got, err := scrypt.Key(password, s.salt, 1<<s.log, s.r, s.p, len(s.tag))
		return subtle.ConstantTimeCompare(got, s.tag) == 1, err
	}}.unless(most.allowScrypt("scrypt", s.log, s.r, s.p))
}
