package main

import (
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/usher-admin/usher/internal/service/ldapdir/ldaptest"
)

const directorySettings = `directories:
  corp:
    url: %s
    bind_dn: %s
    ca_file: %s
    help: Press Ctrl+Alt+Del in the office, then Change a password.
`

// cmdDirectory is "directory": a directory server, configured as corp. Called
// again it ends, and the configuration stays.
func cmdDirectory(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: directory")
	}
	h := houseOf(ts)
	if h.people != nil {
		ts.Check(h.people.Close())
		h.people = nil
		return
	}
	folder := filepath.Join(h.own, "slapd")
	ts.Check(os.Mkdir(folder, 0o700))
	var err error
	h.people, err = ldaptest.Start(folder, time.Now(), rand.Reader)
	ts.Check(err)
	config := filepath.Join(h.work, "usher.yaml")
	text := fmt.Sprintf(directorySettings, h.people.StartTLS, ldaptest.Template, h.people.CAFile)
	ts.Check(os.WriteFile(config, []byte(text), 0o600))
	ts.Check(os.WriteFile(filepath.Join(h.work, "corp.pw"), []byte(ldaptest.Password+"\n"), 0o600))
	ts.Setenv("USHER_CONFIG", config)
}
