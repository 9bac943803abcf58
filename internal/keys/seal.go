package keys

import (
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"

	"github.com/usher-admin/usher/internal/account"
)

// MaxSealed is how many bytes one envelope can hold. It bounds what a foreign
// file can make usher read, and is far above any password, key or note.
const MaxSealed = 1 << 20

// sealVersion is the first byte of an envelope of XChaCha20-Poly1305.
const sealVersion = 1

// sealOverhead is how much longer than its content an envelope is: version,
// nonce and tag.
const sealOverhead = 1 + chacha20poly1305.NonceSizeX + chacha20poly1305.Overhead

// ErrSealed says that an envelope does not open: it was sealed under another
// key, for another purpose or place, or is damaged. Which of these, nobody can
// tell from the envelope; callers know what it means where they stand.
var ErrSealed = errors.New("the envelope does not open: another key or place, or damage")

// ErrVersion says that an envelope was made by a later version of usher, or is
// none at all.
var ErrVersion = errors.New("an envelope of an unknown version")

// Seal returns plaintext in an envelope that opens only with the same secret,
// for the same purpose and scope, in the same place of the same instance. The
// nonce comes from random. It fails when random does, when the secret is zero,
// when nothing is sealed for the purpose, or above MaxSealed bytes.
func Seal(random io.Reader, secret []byte, purpose Purpose, scope account.Scope, place Place, plaintext []byte) ([]byte, error) {
	info, err := sealingInfo(purpose, place.Instance, scope)
	if err != nil {
		return nil, err
	}
	return sealFor(random, secret, info, place, plaintext)
}

// Open returns what an envelope of Seal holds. An envelope that does not open
// gives ErrSealed, one of another version ErrVersion.
func Open(secret []byte, purpose Purpose, scope account.Scope, place Place, envelope []byte) ([]byte, error) {
	info, err := sealingInfo(purpose, place.Instance, scope)
	if err != nil {
		return nil, err
	}
	return openFor(secret, info, place, envelope)
}

// sealFor seals plaintext under the key that info names.
func sealFor(random io.Reader, secret, info []byte, place Place, plaintext []byte) ([]byte, error) {
	if len(plaintext) > MaxSealed {
		return nil, fmt.Errorf("seal: %d bytes are more than the %d that an envelope holds", len(plaintext), MaxSealed)
	}
	key, err := derive(secret, info, keySize)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	var nonce [chacha20poly1305.NonceSizeX]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	envelope := make([]byte, 0, sealOverhead+len(plaintext))
	envelope = append(envelope, sealVersion)
	envelope = append(envelope, nonce[:]...)
	return encrypt(envelope, key, nonce[:], plaintext, place.bytes())
}

// openFor opens an envelope of sealFor.
func openFor(secret, info []byte, place Place, envelope []byte) ([]byte, error) {
	if err := checkEnvelope(envelope, sealVersion, sealOverhead); err != nil {
		return nil, err
	}
	key, err := derive(secret, info, keySize)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	nonce, sealed := envelope[1:1+chacha20poly1305.NonceSizeX], envelope[1+chacha20poly1305.NonceSizeX:]
	return decrypt(key, nonce, sealed, place.bytes())
}

// checkEnvelope refuses what cannot be an envelope of the version, before
// anything is computed or allocated for it.
func checkEnvelope(envelope []byte, version byte, overhead int) error {
	switch {
	case len(envelope) == 0:
		return fmt.Errorf("open: nothing there: %w", ErrSealed)
	case envelope[0] != version:
		return fmt.Errorf("open: version %d: %w", envelope[0], ErrVersion)
	case len(envelope) < overhead, len(envelope) > overhead+MaxSealed:
		return fmt.Errorf("open: %d bytes: %w", len(envelope), ErrSealed)
	default:
		return nil
	}
}

// encrypt appends the XChaCha20-Poly1305 of plaintext to dst.
func encrypt(dst, key, nonce, plaintext, place []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead.Seal(dst, nonce, plaintext, place), nil
}

// decrypt undoes encrypt. What the library says of a failure adds nothing to
// ErrSealed, and is left out.
func decrypt(key, nonce, sealed, place []byte) ([]byte, error) {
	aead, err := chacha20poly1305.NewX(key)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	plaintext, err := aead.Open(nil, nonce, sealed, place)
	if err != nil {
		return nil, fmt.Errorf("open: %w", ErrSealed)
	}
	return plaintext, nil
}
