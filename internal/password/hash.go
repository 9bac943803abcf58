package password

import (
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// Params are the costs of Argon2id.
type Params struct {
	Memory  uint32 // KiB
	Time    uint32 // passes over the memory
	Threads uint8  // lanes
}

// Lengths of what usher makes itself, in bytes.
const (
	saltLength = 16
	tagLength  = 32
)

// Default returns the costs usher hashes with: the second recommended choice
// of RFC 9106, 3 passes over 64 MiB in 4 lanes.
func Default() Params { return Params{Memory: 64 << 10, Time: 3, Threads: 4} }

// Hash returns the PHC string of pw under the default costs, salted from
// random.
func Hash(random io.Reader, pw Plain) (string, error) { return HashWith(Default(), random, pw) }

// HashWith is Hash with other costs, for tests that cannot wait.
func HashWith(p Params, random io.Reader, pw Plain) (string, error) {
	if pw.IsZero() {
		return "", errors.New("no password to hash")
	}
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("read randomness for a salt: %w", err)
	}
	a := argon{id: "argon2id", params: p, salt: salt, tag: make([]byte, tagLength)}
	if err := a.bounded(ceilings()); err != nil {
		return "", err
	}
	a.tag = a.derive(pw.Bytes())
	return a.encode(), nil
}

// Verify reports whether pw is the password that encoded was made of: an
// Argon2id string of ours, or one of the foreign forms RecogniseForeign names.
// An unreadable or too costly hash is an Invalid error. A wrong password costs
// at least as much time as with our own hashes, so that a fast foreign hash
// does not tell itself apart; a slower foreign one does.
func Verify(encoded string, pw Plain) (ok bool, err error) {
	if pw.IsZero() {
		return false, nil
	}
	c, err := parse(encoded, ceilings())
	if err != nil {
		return false, err
	}
	ok, err = c.matches(pw)
	if !ok && err == nil && c.scheme != "argon2id" {
		Dummy(pw)
	}
	return ok, err
}

// NeedsRehash reports whether encoded is foreign, unreadable or cheaper than
// the default costs. The caller hashes anew when he has the password in hand.
func NeedsRehash(encoded string) bool { return NeedsRehashWith(Default(), encoded) }

// NeedsRehashWith is NeedsRehash measured against other costs.
func NeedsRehashWith(p Params, encoded string) bool {
	a, err := parseArgon(encoded, ceilings())
	if err != nil || a.id != "argon2id" {
		return true
	}
	return a.params.Memory < p.Memory || a.params.Time < p.Time ||
		len(a.salt) < saltLength || len(a.tag) < tagLength
}

// Dummy spends the time of one Verify under the default costs. It is for
// addresses that belong to nobody, which must not answer sooner than others.
func Dummy(pw Plain) { DummyWith(Default(), pw) }

// DummyWith is Dummy with other costs.
func DummyWith(p Params, pw Plain) {
	a := argon{id: "argon2id", params: p, salt: make([]byte, saltLength), tag: make([]byte, tagLength)}
	if a.bounded(ceilings()) == nil {
		_ = a.derive(pw.Bytes())
	}
}

// argon is an Argon2 hash taken apart.
type argon struct {
	id     string // argon2id or argon2i
	params Params
	salt   []byte
	tag    []byte
}

// derive returns the tag that password has under the costs and salt of a,
// which must be bounded.
func (a argon) derive(password []byte) []byte {
	derive := argon2.IDKey
	if a.id == "argon2i" {
		derive = argon2.Key
	}
	return derive(password, a.salt, a.params.Time, a.params.Memory, a.params.Threads, uint32(len(a.tag)))
}

func (a argon) match(password []byte) (bool, error) {
	return subtle.ConstantTimeCompare(a.derive(password), a.tag) == 1, nil
}

func (a argon) encode() string {
	return fmt.Sprintf("$%s$v=%d$m=%d,t=%d,p=%d$%s$%s", a.id, argon2.Version,
		a.params.Memory, a.params.Time, a.params.Threads,
		base64.RawStdEncoding.EncodeToString(a.salt), base64.RawStdEncoding.EncodeToString(a.tag))
}

// parseArgon reads a PHC string of Argon2id or Argon2i, version 19, with its
// costs in the usual order, and bounds it.
func parseArgon(encoded string, most ceiling) (argon, error) {
	part := strings.Split(encoded, "$")
	if len(part) != 6 || part[0] != "" || (part[1] != "argon2id" && part[1] != "argon2i") {
		return argon{}, unsupported("it is no Argon2 hash")
	}
	if part[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return argon{}, unsupported("it is not of Argon2 version 19")
	}
	cost, ok := costs(part[3], "m=", "t=", "p=")
	salt, saltErr := base64.RawStdEncoding.DecodeString(part[4])
	tag, tagErr := base64.RawStdEncoding.DecodeString(part[5])
	if !ok || saltErr != nil || tagErr != nil {
		return argon{}, unsupported("its Argon2 parts are damaged")
	}
	a := argon{
		id:     part[1],
		params: Params{Memory: uint32(cost[0]), Time: uint32(cost[1]), Threads: uint8(min(cost[2], 255))},
		salt:   salt, tag: tag,
	}
	return a, a.bounded(most)
}

// costs reads "m=65536,t=3,p=4", given the three names.
func costs(s string, names ...string) (values [3]int, ok bool) {
	part := strings.Split(s, ",")
	if len(part) != len(values) {
		return values, false
	}
	for i := range values {
		value, named := strings.CutPrefix(part[i], names[i])
		if values[i], ok = number(value); !named || !ok {
			return values, false
		}
	}
	return values, true
}

// bounded checks a before anything is allocated for it. The lower bounds are
// those of the RFC, without which the library panics or rounds up in silence.
func (a argon) bounded(most ceiling) error {
	memory, passes, threads := int(a.params.Memory), int(a.params.Time), int(a.params.Threads)
	if passes < 1 || threads < 1 || memory < 8*threads {
		return unsupported("its Argon2 costs are below what the standard allows")
	}
	if len(a.salt) < minSalt || len(a.salt) > maxSalt || len(a.tag) < minTag || len(a.tag) > maxTag {
		return unsupported("its Argon2 salt or tag is too short or too long")
	}
	return most.allowArgon(a.id, memory, passes, threads)
}
