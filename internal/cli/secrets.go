package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/plainfile"
	"github.com/usher-admin/usher/internal/term"
)

// maxSecretFile bounds how much of a file that should hold one secret is read.
const maxSecretFile = 64 << 10

// byteOrderMark is what some editors put before a text. Nobody types it, so it is
// no part of a secret.
const byteOrderMark = "\ufeff"

// readSecretFile reads the one secret a file holds. A file that others can read
// is refused: what it held is no secret any more.
func readSecretFile(path string) (string, error) {
	text, mode, err := readPrivate(path)
	if err == nil && exposed(mode) {
		return "", account.Errorf(account.Invalid, "%q can be read by others (mode %04o)", path, mode.Perm()).
			Coded("secret.exposed").
			Hintf("chmod 600 %s, and replace the secret if others may have seen it", account.Typed(path))
	}
	return text, err
}

// readLinkFile reads the link that a file holds. It is good once: to use it is the
// best that can be done where others can read it too.
func (a *app) readLinkFile(path string) (string, error) {
	text, mode, err := readPrivate(path)
	if err == nil && exposed(mode) {
		a.warn(fmt.Sprintf("%q can be read by others (mode %04o), who may use a link before it is used here", path, mode.Perm()))
	}
	return text, err
}

// exposed reports whether others than its owner can read a file.
func exposed(mode os.FileMode) bool { return mode.IsRegular() && mode.Perm()&0o077 != 0 }

// readPrivate reads a file that should hold one secret, and says who can.
func readPrivate(path string) (text string, mode os.FileMode, err error) {
	file, err := plainfile.Open(path, os.O_RDONLY, 0)
	if err != nil {
		return "", 0, errSecretFile(path, err)
	}
	defer file.Close() //nolint:errcheck // only read
	info, err := file.Stat()
	if err != nil {
		return "", 0, errSecretFile(path, err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxSecretFile))
	if err != nil {
		return "", 0, errSecretFile(path, err)
	}
	return strings.TrimSpace(strings.TrimPrefix(string(data), byteOrderMark)), info.Mode(), nil
}

func errSecretFile(path string, err error) error {
	kind := account.Invalid
	if errors.Is(err, os.ErrNotExist) {
		kind = account.NotFound
	}
	return account.Errorf(kind, "cannot read %q: %w", path, errors.Unwrap(err)).Coded("secret.file")
}

// lines reads secrets from standard input, a line each, so that several can be
// given at once.
func (a *app) lines() *bufio.Reader {
	return bufio.NewReaderSize(io.LimitReader(a.env.Stdin, maxSecretFile), 4096)
}

func readLine(r *bufio.Reader, what string) ([]byte, error) {
	line, err := r.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, errFile("-", err)
	}
	line = bytes.TrimPrefix(line, []byte(byteOrderMark))
	line = bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
	if len(line) == 0 {
		return nil, account.Errorf(account.Invalid, "standard input has no %s", what).Coded("password.empty")
	}
	return line, nil
}

// givenPassword returns a password that exists: from standard input, or asked
// for once.
func (a *app) givenPassword(ctx context.Context, fromStdin bool, prompt string) (password.Plain, error) {
	raw, err := a.rawPassword(fromStdin, func() ([]byte, error) { return a.env.Terminal.AskSecret(ctx, prompt) })
	if err != nil {
		return password.Plain{}, err
	}
	return password.Prepare(raw)
}

// newPassword returns a password to be: from standard input, or asked for
// twice.
func (a *app) newPassword(ctx context.Context, fromStdin bool, prompt string) (password.Plain, error) {
	raw, err := a.rawPassword(fromStdin, func() ([]byte, error) { return term.AskNewSecret(ctx, a.env.Terminal, prompt) })
	if err != nil {
		return password.Plain{}, err
	}
	return password.Prepare(raw)
}

func (a *app) rawPassword(fromStdin bool, ask func() ([]byte, error)) ([]byte, error) {
	if fromStdin {
		return a.secretLine(a.lines(), "password", ask)
	}
	return a.secretLine(nil, "password", ask)
}

// secretLine reads the next secret of several on standard input, or asks for it
// where there are none.
func (a *app) secretLine(stdin *bufio.Reader, what string, ask func() ([]byte, error)) ([]byte, error) {
	if stdin != nil {
		return readLine(stdin, what)
	}
	if !a.env.Terminal.Available() {
		return nil, account.Errorf(account.Usage, "a password is needed and there is no terminal to ask on").
			Coded("usage.no_terminal").
			Hintf("give it on standard input with --password-stdin")
	}
	return ask()
}

// orgKeyFile is the file of the organisation key that is given, "" for none.
func (a *app) orgKeyFile() string { return a.setting(a.flags.orgKeyFile, "USHER_ORG_KEY_FILE") }

// keyFromFile returns the organisation key of --org-key-file or its variable,
// false if neither is given.
func (a *app) keyFromFile() (keys.OrgKey, bool, error) {
	path := a.orgKeyFile()
	if path == "" {
		return keys.OrgKey{}, false, nil
	}
	text, err := readSecretFile(path)
	if err != nil {
		return keys.OrgKey{}, false, err
	}
	k, err := keys.ParseOrgKey(text)
	return k, err == nil, err
}

// needSystemKey reads the system key for the command: from --system-key-file or
// its variable, else it is asked for.
func (a *app) needSystemKey(ctx context.Context) error {
	text := ""
	if path := a.setting(a.flags.systemKeyFile, "USHER_SYSTEM_KEY_FILE"); path != "" {
		var err error
		if text, err = readSecretFile(path); err != nil {
			return err
		}
	} else {
		if !a.env.Terminal.Available() {
			return account.Errorf(account.Usage, "the system key is needed and there is no terminal to ask on").
				Coded("usage.no_terminal").
				Hintf("give it with --system-key-file FILE")
		}
		typed, err := a.env.Terminal.AskSecret(ctx, "System key")
		if err != nil {
			return err
		}
		text = string(typed)
	}
	k, err := keys.ParseSystemKey(text)
	if err != nil {
		return err
	}
	a.systemKey = &k
	return nil
}

// hasSystemKey reports whether a system key is named for the command.
func (a *app) hasSystemKey() bool {
	return a.setting(a.flags.systemKeyFile, "USHER_SYSTEM_KEY_FILE") != ""
}
