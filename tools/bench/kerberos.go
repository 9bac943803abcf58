package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// kerberosWorld is a Kerberos database: a peer that is administered by a command
// on its own file, too.
type kerberosWorld struct{ folder string }

func (k kerberosWorld) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, append([]string{"-r", "BENCH"}, args...)...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + k.folder,
		"KRB5_CONFIG=" + filepath.Join(k.folder, "krb5.conf"), "KRB5_KDC_PROFILE=" + filepath.Join(k.folder, "kdc.conf")}
	return cmd
}

// query is one request of kadmin.local in a fresh process.
func (k kerberosWorld) query(text string) *exec.Cmd { return k.command("kadmin.local", "-q", text) }

func openKerberos(folder string, n int) (kerberosWorld, error) {
	k := kerberosWorld{folder: folder}
	return k, once(folder, func() error { return k.fill(n) })
}

// fill loads a dump with n principals, each a copy of one that was made the
// ordinary way: adding them one by one would take hours.
func (k kerberosWorld) fill(n int) error {
	if err := k.found(); err != nil {
		return err
	}
	for _, cmd := range []*exec.Cmd{
		k.query("addprinc -nokey " + principal(0)),
		k.command("kdb5_util", "dump", filepath.Join(k.folder, "one.dump")),
	} {
		if _, err := clocked(cmd); err != nil {
			return err
		}
	}
	dump, err := os.ReadFile(filepath.Join(k.folder, "one.dump"))
	if err != nil {
		return err
	}
	many, err := write(k.folder, "many.dump", func(w io.Writer) error { return multiply(w, dump, n) })
	if err != nil {
		return err
	}
	_, err = clocked(k.command("kdb5_util", "load", many))
	return err
}

func (k kerberosWorld) found() error {
	if err := os.MkdirAll(k.folder, 0o700); err != nil {
		return err
	}
	files := map[string]string{
		"krb5.conf": "[libdefaults]\n default_realm = BENCH\n dns_lookup_kdc = false\n dns_lookup_realm = false\n",
		"kdc.conf":  fmt.Sprintf("[realms]\n BENCH = {\n  database_name = %[1]s/principal\n  key_stash_file = %[1]s/stash\n  acl_file = %[1]s/acl\n }\n", k.folder),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(k.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	_, err := clocked(k.command("kdb5_util", "create", "-s", "-P", "bench"))
	return err
}

func principal(i int) string { return fmt.Sprintf("user%07d", i) }

// multiply repeats the line of the first principal for n of them; the length of
// the name stands in it.
func multiply(w io.Writer, dump []byte, n int) error {
	own := principal(0) + "@BENCH"
	scanner := bufio.NewScanner(bytes.NewReader(dump))
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		line := scanner.Text()
		if !strings.Contains(line, "\t"+own+"\t") {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return err
			}
			continue
		}
		for i := range n {
			name := principal(i) + "@BENCH"
			copied := strings.Replace(line, "\t"+strconv.Itoa(len(own))+"\t", "\t"+strconv.Itoa(len(name))+"\t", 1)
			if _, err := fmt.Fprintln(w, strings.Replace(copied, own, name, 1)); err != nil {
				return err
			}
		}
	}
	return scanner.Err()
}
