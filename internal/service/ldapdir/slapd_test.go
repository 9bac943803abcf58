package ldapdir

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// slapd is a real directory server on this machine, with a few people in it.
type slapd struct {
	plain, secure int // ports: ldap (with STARTTLS) and ldaps
	ca            string
}

// people are those in the directory; their passwords are all directoryPassword.
const people = `dn: dc=norrsken,dc=example
objectClass: dcObject
objectClass: organization
dc: norrsken
o: Norrsken

dn: ou=people,dc=norrsken,dc=example
objectClass: organizationalUnit
ou: people

dn: uid=bo,ou=people,dc=norrsken,dc=example
objectClass: account
objectClass: simpleSecurityObject
uid: bo
userPassword: Krusbär växer vid ån

dn: uid=eva\+it,ou=people,dc=norrsken,dc=example
objectClass: account
objectClass: simpleSecurityObject
uid: eva+it
userPassword: Krusbär växer vid ån
`

const directoryPassword = "Krusbär växer vid ån"

// startSlapd starts a directory server, or skips the test where there is none.
func startSlapd(t *testing.T) slapd {
	t.Helper()
	program, err := exec.LookPath("slapd")
	if err != nil {
		if program = "/usr/sbin/slapd"; exec.Command(program, "-VVV").Run() != nil {
			t.Skip("there is no slapd on this machine; the packages slapd and ldap-utils have it")
		}
	}
	folder := t.TempDir()
	s := slapd{plain: freePort(t), secure: freePort(t), ca: filepath.Join(folder, "ca.pem")}
	certify(t, s.ca, filepath.Join(folder, "key.pem"))
	data := filepath.Join(folder, "data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(folder, "slapd.conf")
	write(t, config, fmt.Sprintf(`include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
pidfile %[1]s/slapd.pid
TLSCertificateFile %[1]s/ca.pem
TLSCertificateKeyFile %[1]s/key.pem
database ldif
suffix "dc=norrsken,dc=example"
directory %[1]s/data
`, folder))
	ldif := filepath.Join(folder, "people.ldif")
	write(t, ldif, people)
	if out, err := exec.Command(program, "-T", "add", "-f", config, "-l", ldif).CombinedOutput(); err != nil {
		t.Skipf("slapd does not take its people here: %v: %s", err, out)
	}
	var talk bytes.Buffer
	cmd := exec.Command(program, "-d", "0", "-f", config, "-h", fmt.Sprintf("ldap://127.0.0.1:%d ldaps://127.0.0.1:%d", s.plain, s.secure))
	cmd.Stderr = &talk
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	waitFor(t, s.plain, &talk)
	waitFor(t, s.secure, &talk)
	return s
}

func waitFor(t *testing.T, port int, talk *bytes.Buffer) {
	t.Helper()
	for range 200 {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("slapd does not listen: %s", talk)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// certify writes a certificate for localhost that signs itself, and its key.
func certify(t *testing.T, certificate, private string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, certificate, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	write(t, private, string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})))
}
