package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/config"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/service"
)

// device is what this machine remembers for the person at it: the session and
// the organisation keys, in a folder for each instance, and under sudo for each
// person (the login uid), readable by him alone.
type device struct {
	app *app
}

const (
	sessionFile = "session"
	keyPrefix   = "key-"
)

func (a *app) device() *device { return &device{app: a} }

// folder returns where things of an instance are remembered.
func (d *device) folder(instance account.InstanceID) (string, error) {
	root, _ := d.app.env.LookupEnv("USHER_STATE_DIR")
	if root == "" {
		root = config.Locate(d.app.env.LookupEnv, d.app.env.Root).State
	}
	if root == "" {
		return "", account.Errorf(account.Usage, "there is no home to remember a session in").
			Coded("usage.no_state").
			Hintf("name a folder with USHER_STATE_DIR")
	}
	folder := filepath.Join(root, instance.String())
	if sudo, _ := d.app.env.LookupEnv("SUDO_USER"); sudo == "" {
		return folder, nil
	}
	if o := d.app.env.Origin(); o.LoginUID >= 0 && o.LoginUID != o.UID {
		folder = filepath.Join(folder, "login-"+strconv.Itoa(o.LoginUID))
	}
	return folder, nil
}

// Token returns the service token of USHER_TOKEN_FILE, else the session of the
// last login here.
func (d *device) Token(instance account.InstanceID) (text string, isService bool, err error) {
	if path, ok := d.app.env.LookupEnv("USHER_TOKEN_FILE"); ok && path != "" {
		text, err = readSecretFile(path)
		return text, true, err
	}
	folder, err := d.folder(instance)
	if err != nil {
		return "", false, err
	}
	text, err = readRemembered(filepath.Join(folder, sessionFile))
	return text, false, err
}

// readRemembered reads a file of the device; a missing one is empty.
func readRemembered(path string) (string, error) {
	text, err := readSecretFile(path)
	if account.KindOf(err) == account.NotFound {
		return "", nil
	}
	return text, err
}

// Keys returns the organisation key given for this command, then those
// remembered for the instance.
func (d *device) Keys(instance account.InstanceID) ([]keys.OrgKey, error) {
	var held []keys.OrgKey
	given, ok, err := d.app.keyFromFile()
	if err != nil {
		return nil, err
	}
	if ok {
		held = append(held, given)
	}
	folder, err := d.folder(instance)
	if err != nil {
		return held, err
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return held, ignoreMissing(err)
	}
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), keyPrefix) {
			continue
		}
		text, err := readSecretFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return held, err
		}
		if k, err := keys.ParseOrgKey(text); err == nil {
			held = append(held, k)
		}
	}
	return held, nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// remember keeps a session and its organisation key.
func (d *device) remember(in service.SignedIn) error {
	if err := d.rememberKey(in.Instance, in.Scope, in.Key); err != nil {
		return err
	}
	folder, err := d.folder(in.Instance)
	if err != nil {
		return err
	}
	return writeRemembered(folder, sessionFile, in.Token.Reveal(keys.Session))
}

// errDevice is the error of a command that did what it was asked, on a device
// that could not write it down.
func errDevice(cause error, hint string) *account.Error {
	return account.Errorf(account.Partial, "it is done, but this device could not write it down: %w", cause).
		Coded("device.unwritten").
		Hintf("%s", hint)
}

// forget removes the session; the organisation key stays with the device.
func (d *device) forget(instance account.InstanceID) error {
	folder, err := d.folder(instance)
	if err != nil {
		return err
	}
	return ignoreMissing(os.Remove(filepath.Join(folder, sessionFile)))
}

// rememberKey keeps the organisation key of a scope, and drops one that was
// expected for it.
func (d *device) rememberKey(instance account.InstanceID, scope account.Scope, k keys.OrgKey) error {
	if err := d.writeKey(instance, keyPrefix+scope.String(), k); err != nil {
		return err
	}
	return d.DropExpected(instance, scope)
}

func (d *device) writeKey(instance account.InstanceID, name string, k keys.OrgKey) error {
	folder, err := d.folder(instance)
	if err != nil {
		return err
	}
	return writeRemembered(folder, name, k.Reveal())
}

// expectedSuffix ends the name of the file with a key that is about to become
// the one of its scope.
const expectedSuffix = ".next"

// ExpectKey keeps a key that is about to become the one of a scope.
func (d *device) ExpectKey(instance account.InstanceID, scope account.Scope, k keys.OrgKey) error {
	return d.writeKey(instance, keyPrefix+scope.String()+expectedSuffix, k)
}

// DropExpected drops the key of ExpectKey.
func (d *device) DropExpected(instance account.InstanceID, scope account.Scope) error {
	return d.removeKey(instance, keyPrefix+scope.String()+expectedSuffix)
}

// ForgetKey drops the organisation key of a scope.
func (d *device) ForgetKey(instance account.InstanceID, scope account.Scope) error {
	if err := d.DropExpected(instance, scope); err != nil {
		return err
	}
	return d.removeKey(instance, keyPrefix+scope.String())
}

func (d *device) removeKey(instance account.InstanceID, name string) error {
	folder, err := d.folder(instance)
	if err != nil {
		return err
	}
	return ignoreMissing(os.Remove(filepath.Join(folder, name)))
}
