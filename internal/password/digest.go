package password

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"strings"
)

// parseSalted reads the body of {SHA}, {SSHA} and their longer kin: the digest
// of password and salt, then the salt, in base64.
func parseSalted(scheme, body string) (checker, error) {
	name, salted := strings.CutPrefix(scheme, "SS")
	if salted {
		name = "S" + name
	}
	algorithm, size := digest(strings.ToLower(name))
	sum, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(body, "="))
	salt := len(sum) - size
	if err != nil || salt < 0 || salt > maxSalt || salted != (salt > 0) {
		return checker{}, unsupported("its {" + scheme + "} value is damaged")
	}
	return checker{scheme: strings.ToLower(scheme), match: func(password []byte) (bool, error) {
		h := algorithm()
		h.Write(password)
		h.Write(sum[size:])
		return subtle.ConstantTimeCompare(h.Sum(nil), sum[:size]) == 1, nil
	}}, nil
}

// digest returns a hash function by its name and the bytes it gives. SHA-1
// goes by "sha", "sha1" and no name at all.
func digest(name string) (func() hash.Hash, int) {
	switch name {
	case "sha256":
		return sha256.New, sha256.Size
	case "sha512":
		return sha512.New, sha512.Size
	}
	return sha1.New, sha1.Size
}

// parsePBKDF2 reads iterations$salt$hash as passlib and OpenLDAP write it, in
// base64 with dots for plus signs and without padding.
func parsePBKDF2(name, body string, most ceiling) (checker, error) {
	part := strings.Split(strings.ReplaceAll(body, ".", "+"), "$")
	if len(part) != 3 {
		return checker{}, unsupported("its PBKDF2 parts are damaged")
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(part[1])
	tag, tagErr := base64.RawStdEncoding.DecodeString(part[2])
	if saltErr != nil || tagErr != nil {
		return checker{}, unsupported("its PBKDF2 parts are damaged")
	}
	return checkPBKDF2(name, part[0], salt, tag, most)
}

// parseDjangoPBKDF2 reads iterations$salt$hash as Django writes it: the salt is
// text, the hash padded base64.
func parseDjangoPBKDF2(name, body string, most ceiling) (checker, error) {
	part := strings.Split(body, "$")
	if len(part) != 3 {
		return checker{}, unsupported("its PBKDF2 parts are damaged")
	}
	tag, err := base64.StdEncoding.DecodeString(part[2])
	if err != nil {
		return checker{}, unsupported("its PBKDF2 parts are damaged")
	}
	return checkPBKDF2(name, part[0], []byte(part[1]), tag, most)
}

// checkPBKDF2 wants a tag of exactly one digest: a longer one would multiply
// the iterations, and no known system writes another length.
func checkPBKDF2(name, iterations string, salt, tag []byte, most ceiling) (checker, error) {
	if name == "" {
		name = "sha1"
	}
	algorithm, size := digest(name)
	n, ok := number(iterations)
	if !ok || n < 1 || len(salt) > maxSalt || len(tag) != size {
		return checker{}, unsupported("its PBKDF2 parts are out of range")
	}
	if n > most.pbkdf2Iterations {
		return checker{}, tooCostly("pbkdf2-"+name, "number of iterations", most.pbkdf2Iterations)
	}
	return checker{scheme: "pbkdf2-" + name, match: func(password []byte) (bool, error) {
		got, err := pbkdf2.Key(algorithm, string(password), salt, n, size)
		return subtle.ConstantTimeCompare(got, tag) == 1, err
	}}, nil
}
