package keys

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"github.com/usher-admin/usher/internal/account"
)

// keySize is what XChaCha20-Poly1305 and the derivation of the system key pair
// take, in bytes.
const keySize = 32

// minSecret is the shortest secret that anything is derived from, in bytes.
const minSecret = 16

// errNoSecret is a mistake of the caller: sealing under a key that was never
// set would look right and protect nothing.
var errNoSecret = errors.New("the secret is missing, too short or all zero")

// bind joins fields so that no two lists of fields give the same bytes: each
// stands behind its length.
func bind(fields ...[]byte) []byte {
	size := 0
	for _, field := range fields {
		size += binary.MaxVarintLen32 + len(field)
	}
	bound := make([]byte, 0, size)
	for _, field := range fields {
		bound = binary.AppendUvarint(bound, uint64(len(field)))
		bound = append(bound, field...)
	}
	return bound
}

// scopeBytes returns the scope in eight bytes, as it is bound into keys.
func scopeBytes(scope account.Scope) []byte {
	bytes := make([]byte, 0, 8)
	bytes = binary.BigEndian.AppendUint32(bytes, uint32(scope.Org))
	return binary.BigEndian.AppendUint32(bytes, uint32(scope.Site))
}

// derive returns size bytes by HKDF-SHA256 from a secret, for the use that info
// names. There is no salt: every secret is random already.
func derive(secret, info []byte, size int) ([]byte, error) {
	if len(secret) < minSecret || allZero(secret) {
		return nil, errNoSecret
	}
	return hkdf.Key(sha256.New, secret, nil, string(info), size)
}

// allZero reports whether secret has no bit set, without stopping early.
func allZero(secret []byte) bool {
	var bits byte
	for _, b := range secret {
		bits |= b
	}
	return bits == 0
}
