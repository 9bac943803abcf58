package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/usher-admin/usher/internal/account"
)

func TestASecretFileIsNewAndItsOwnersAlone(t *testing.T) {
	a := &app{}
	path := filepath.Join(t.TempDir(), "a.token")
	file, err := a.reserveSecretFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := file.keep("usher_t_x"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil || string(text) != "usher_t_x\n" {
		t.Errorf("the file holds %q (%v), want the secret and a line end", text, err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v), want 0600", info.Mode().Perm(), err)
	}
	if read, err := readSecretFile(path); read != "usher_t_x" || err != nil {
		t.Errorf("read back: got %q and error %v", read, err)
	}
}

func TestASecretNeverOverwritesAFile(t *testing.T) {
	folder := t.TempDir()
	there := filepath.Join(folder, "there")
	if err := os.WriteFile(there, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	nowhere := filepath.Join(folder, "link")
	if err := os.Symlink(filepath.Join(folder, "target"), nowhere); err != nil {
		t.Fatal(err)
	}
	rows := []struct {
		name, path string
		want       account.Kind
		code       string
	}{
		{"a file that is there", there, account.Conflict, "secret.file_exists"},
		{"a folder", folder, account.Conflict, "secret.file_exists"},
		{"a link to nowhere", nowhere, account.Conflict, "secret.file_exists"},
		{"in a folder that is not there", filepath.Join(folder, "no", "file"), account.Invalid, "secret.file"},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			file, err := (&app{}).reserveSecretFile(r.path)
			if file != nil || account.KindOf(err) != r.want || account.CodeOf(err) != r.code {
				t.Errorf("got file %v and error %v, want code %s", file, err, r.code)
			}
		})
	}
	if text, err := os.ReadFile(there); string(text) != "mine" || err != nil {
		t.Errorf("the file now holds %q (%v)", text, err)
	}
}

func TestAReservedFileGoesWhenThereIsNoSecret(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.token")
	file, err := (&app{}).reserveSecretFile(path)
	if err != nil {
		t.Fatal(err)
	}
	file.discard()
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("after it was discarded: got %v, want that it is gone", err)
	}
	var none *secretFile
	none.discard()
}

func TestADryRunMakesNoSecretFile(t *testing.T) {
	a := &app{}
	a.flags.dryRun = true
	path := filepath.Join(t.TempDir(), "a.token")
	if file, err := a.reserveSecretFile(path); file != nil || err != nil {
		t.Errorf("got %v and error %v, want nothing", file, err)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("got %v, want that nothing is made", err)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := a.reserveSecretFile(path)
	if account.CodeOf(err) != "secret.file_exists" {
		t.Errorf("a path that is taken: got %v", err)
	}
}
