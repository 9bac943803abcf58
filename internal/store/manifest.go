package store

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// A manifest stands behind the pages of a backup, in a block of its own, where
// the engine does not look: so a backup is a database file as it is.
//
//	usher-backup 1
//	INSTANCE
//	SCHEMA
//	TIME (RFC 3339)
//	EVENTS
//	ROOT (base64)
//	SIZE (bytes before the manifest)
//	SHA-256 (of those bytes, hexadecimal)
//	CRC-32C of the lines above (hexadecimal)
//
// and zeros to the end of the block.

// Manifest is what a backup says of itself.
type Manifest struct {
	Instance account.InstanceID
	Schema   int
	MadeAt   time.Time
	Events   uint64
	Root     [32]byte
	Size     int64 // bytes of the database
	SHA256   [32]byte
}

const (
	manifestSize  = 4096
	manifestWord  = "usher-backup "
	manifestTitle = manifestWord + "1"
	manifestLines = 9 // with the empty one behind the last
)

var (
	// errNoManifest says that a file does not end in a manifest.
	errNoManifest = errors.New("it has no manifest")
	// errManifest says that it does, and that the manifest cannot be read.
	errManifest = errors.New("its manifest cannot be read")
)

func (m Manifest) block() []byte {
	body := fmt.Sprintf("%s\n%s\n%d\n%s\n%d\n%s\n%d\n%s\n", manifestTitle, m.Instance, m.Schema, m.MadeAt.UTC().Format(time.RFC3339Nano),
		m.Events, base64.StdEncoding.EncodeToString(m.Root[:]), m.Size, hex.EncodeToString(m.SHA256[:]))
	block := make([]byte, manifestSize)
	copy(block, fmt.Appendf([]byte(body), "%08x\n", anchorCheck(body)))
	return block
}

func parseManifest(block []byte) (Manifest, error) {
	if !bytes.HasPrefix(block, []byte(manifestWord)) {
		return Manifest{}, errNoManifest
	}
	text := bytes.TrimRight(block, "\x00")
	body, check, ok := cutLast(string(bytes.TrimSuffix(text, []byte("\n"))))
	lines := strings.Split(body, "\n")
	if !ok || len(lines) != manifestLines || lines[0] != manifestTitle || fmt.Sprintf("%08x", anchorCheck(body)) != check {
		return Manifest{}, errManifest
	}
	m, err := parseManifestLines(lines)
	if err != nil || !bytes.Equal(m.block(), block) { // one manifest has one form
		return Manifest{}, errManifest
	}
	return m, nil
}

func parseManifestLines(lines []string) (m Manifest, err error) {
	id, ok := account.ParseUserID(lines[1])
	m.Instance = account.InstanceID(id)
	root, badRoot := base64.StdEncoding.DecodeString(lines[5])
	sum, badSum := hex.DecodeString(lines[7])
	copy(m.Root[:], root)
	copy(m.SHA256[:], sum)
	var badSchema, badTime, badEvents, badSize error
	m.Schema, badSchema = strconv.Atoi(lines[2])
	m.MadeAt, badTime = time.Parse(time.RFC3339Nano, lines[3])
	m.Events, badEvents = strconv.ParseUint(lines[4], 10, 64)
	m.Size, badSize = strconv.ParseInt(lines[6], 10, 64)
	if !ok {
		return m, errManifest
	}
	return m, errors.Join(badRoot, badSum, badSchema, badTime, badEvents, badSize)
}
