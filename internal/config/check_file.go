package config

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
)

// checkPrivateFile looks at a file that holds a secret. It does not read it
// any further than to see that it is not empty.
func checkPrivateFile(key, path string) []Finding {
	f, info, err := openRegular(path)
	if err != nil {
		return []Finding{{key, "cannot read " + path + ": " + reason(err).Error(), ""}}
	}
	defer f.Close()
	switch {
	case openToOthers(info):
		return []Finding{{key, path + " is open to others" + modeOf(info), "chmod 600 " + path}}
	case info.Size() == 0:
		return []Finding{{key, path + " is empty", ""}}
	}
	return nil
}

// checkCertificates looks whether a file holds certificates, and nothing else
// in PEM that is none.
func checkCertificates(key, path string) []Finding {
	f, _, err := openRegular(path)
	if err != nil {
		return []Finding{{key, "cannot read " + path + ": " + reason(err).Error(), ""}}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFileBytes))
	if err != nil {
		return []Finding{{key, "cannot read " + path + ": " + reason(err).Error(), ""}}
	}
	if !holdsCertificates(data) {
		return []Finding{{key, path + " holds no certificates in PEM", ""}}
	}
	return nil
}

// holdsCertificates reports whether data is one certificate or more, each of
// which can be parsed.
func holdsCertificates(data []byte) bool {
	count := 0
	for rest := bytes.TrimSpace(data); len(rest) > 0; count++ {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if _, err := x509.ParseCertificate(block.Bytes); block.Type != "CERTIFICATE" || err != nil {
			return false
		}
	}
	return count > 0
}

// openRegular opens a file for reading; a folder, a pipe or a device is an
// error. It is looked at before, because opening a pipe would wait for ever.
func openRegular(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, errors.New("it is not a file")
	}
	f, err := os.Open(path)
	return f, info, err
}
