package password

import (
	"strconv"

	"github.com/usher-admin/usher/internal/account"
)

// ceiling bounds what a stored or imported hash may ask of this machine. A hash
// is data from a file: without a bound one row of an import could hang every
// sign-in of its user, or take all memory.
type ceiling struct {
	memory           int // KiB a hash may fill (Argon2)
	passes           int // passes over it (Argon2's t)
	threads          int // lanes (Argon2's p)
	work             int // KiB filled, times passes or lanes
	scryptMemory     int // KiB a hash may fill (scrypt, yescrypt)
	bcryptCost       int // base 2 logarithm of the rounds
	shaRounds        int
	pbkdf2Iterations int
}

// ceilings returns the bounds in force. At each of them one verification takes
// a few seconds at most on the slowest hosts usher is meant for.
func ceilings() ceiling {
	return ceiling{
		memory:           1 << 20,
		passes:           16,
		threads:          16,
		work:             4 << 20,
		scryptMemory:     256 << 10,
		bcryptCost:       15,
		shaRounds:        1_000_000,
		pbkdf2Iterations: 2_000_000,
	}
}

// allowArgon holds the costs of an Argon2 hash against the ceiling.
func (most ceiling) allowArgon(id string, memory, passes, threads int) error {
	switch {
	case memory > most.memory:
		return tooCostly(id, "memory in KiB", most.memory)
	case passes > most.passes:
		return tooCostly(id, "number of passes", most.passes)
	case threads > most.threads:
		return tooCostly(id, "number of lanes", most.threads)
	case memory*passes > most.work:
		return tooCostly(id, "memory in KiB times passes", most.work)
	}
	return nil
}

// allowScrypt holds the costs of a scrypt or yescrypt hash against the ceiling:
// it fills 128*N*r bytes, p times over, where log is the logarithm of N. The
// first bounds keep the products from overflowing.
func (most ceiling) allowScrypt(scheme string, log, r, p int) error {
	if log > 21 || r > 1<<9 || p > 1<<10 || r<<log>>3 > most.scryptMemory {
		return tooCostly(scheme, "memory in KiB", most.scryptMemory)
	}
	if r<<log>>3*p > most.work {
		return tooCostly(scheme, "memory in KiB times lanes", most.work)
	}
	return nil
}

// Bounds of an encoded hash and of its parts, in bytes. The longest form usher
// reads is under 200 bytes.
const (
	maxEncoded = 512
	minSalt    = 8 // of Argon2; older schemes do with less
	maxSalt    = 64
	minTag     = 16
	maxTag     = 64
)

// unsupported says that usher cannot verify a hash, and never quotes it.
func unsupported(why string) error {
	return account.Errorf(account.Invalid, "the password hash cannot be taken over: %s", why).
		Coded("password.hash_unsupported").
		Hintf("leave the hash out and let the user choose a new password: usher user import --invite FILE")
}

// tooCostly says that a hash asks for more than its ceiling.
func tooCostly(scheme, what string, most int) error {
	return account.Errorf(account.Invalid, "the %s hash cannot be taken over: its %s is above %d", scheme, what, most).
		Coded("password.hash_too_costly").
		Hintf("leave the hash out and let the user choose a new password: usher user import --invite FILE")
}

// beyond stands for every number too long to hold; it is above all ceilings.
const beyond = 1<<31 - 1

// number reads a decimal number without sign or leading zeros.
func number(s string) (n int, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	if s == "" || (s[0] == '0' && len(s) > 1) {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > beyond {
		return beyond, true
	}
	return n, true
}
