package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"filippo.io/age"

	"github.com/usher-admin/usher/internal/account"
)

// Backups are encrypted in the form of age (age-encryption.org/v1), so that its
// own tools open them too.

// ageIntro begins every such file.
const ageIntro = "age-encryption.org/v1\n"

// wrapper puts an encryption around a writer; closing it writes what is left.
type wrapper func(io.Writer) (io.WriteCloser, error)

// encryption returns the encryption to some recipients, none for none.
func encryption(texts []string) (wrapper, error) {
	if len(texts) == 0 {
		return func(w io.Writer) (io.WriteCloser, error) { return unwrapped{w}, nil }, nil
	}
	recipients, err := age.ParseRecipients(strings.NewReader(strings.Join(texts, "\n")))
	if err != nil { // what was typed is not repeated: it may be an identity
		return nil, account.Errorf(account.Invalid, "--encrypt-to is no age recipient, such as age1...").
			Coded("backup.recipient").
			Hintf("age-keygen -o identity.txt makes an identity and prints its recipient; keep the identity elsewhere")
	}
	return func(w io.Writer) (io.WriteCloser, error) { return age.Encrypt(w, recipients...) }, nil
}

// unwrapped is a writer with nothing around it.
type unwrapped struct{ io.Writer }

// Close does nothing.
func (unwrapped) Close() error { return nil }

// decrypted returns what a backup holds, opened with the identities of a file
// where it is encrypted.
func decrypted(r io.Reader, path, identityFile string) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, 64<<10)
	intro, err := buffered.Peek(len(ageIntro))
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errFile(path, err)
	}
	if !bytes.Equal(intro, []byte(ageIntro)) {
		return buffered, nil
	}
	if identityFile == "" {
		return nil, account.Errorf(account.Usage, "%q is encrypted, and takes the identity that opens it", path).
			Coded("usage.identity").
			Hintf("--identity-file FILE, as age-keygen wrote it")
	}
	text, err := readSecretFile(identityFile)
	if err != nil {
		return nil, err
	}
	identities, err := age.ParseIdentities(strings.NewReader(text))
	if err != nil {
		return nil, account.Errorf(account.Invalid, "%q holds no age identity", identityFile).Coded("backup.identity").Hintf("give the file that age-keygen wrote")
	}
	return opened(buffered, path, identities)
}

func opened(r io.Reader, path string, identities []age.Identity) (io.Reader, error) {
	plain, err := age.Decrypt(r, identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return nil, account.Errorf(account.Unauthenticated, "this identity does not open %q", path).Coded("backup.identity").Hintf("it was encrypted to another recipient")
	case err != nil:
		return nil, errCiphertext(path, err)
	}
	return ciphertext{plain, path}, nil
}

// ciphertext reads what was encrypted; whatever ends it too early is damage.
type ciphertext struct {
	io.Reader
	path string
}

// Read reads on.
func (c ciphertext) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = errCiphertext(c.path, err)
	}
	return n, err
}

func errCiphertext(path string, cause error) error {
	return account.Errorf(account.Unopenable, "%q is damaged: %w", path, cause).
		Coded("db.damaged").
		Hintf("take another copy of it, or another backup")
}
