package audit

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/usher-admin/usher/internal/account"
)

// A checkpoint is a C2SP tlog-checkpoint: three lines with the name of the log,
// its size and its root, and behind a blank line the signature of a signed
// note. It proves nothing by its signature, whose key lies in the database; it
// proves by being kept where whoever changes the database cannot reach.

// Checkpoint is a log's size and root at some time.
type Checkpoint struct {
	Origin string // the name of the log, "usher/" and the instance
	Size   uint64
	Root   tlog.Hash
	Note   string // the signed note it came in or goes out as
}

// originPrefix begins the name of every log of usher.
const originPrefix = "usher/"

// LogName returns the name of the log of an instance.
func LogName(instance account.InstanceID) string { return originPrefix + instance.String() }

// errCheckpoint says that a checkpoint's signature does not fit its text.
var errCheckpoint = errors.New("its signature does not match its text")

// NewCheckpoint returns the signed checkpoint of a log. seed is the one of the
// instance's Ed25519 key.
func NewCheckpoint(instance account.InstanceID, seed []byte, size uint64, root tlog.Hash) (Checkpoint, error) {
	c := Checkpoint{Origin: LogName(instance), Size: size, Root: root}
	verifier, err := VerifierKey(instance, seed)
	if err != nil {
		return c, err
	}
	// A signer is made from its text form, which begins like the verifier's:
	// name and number of the key.
	parts := strings.SplitN(verifier, "+", 3)
	secret := base64.StdEncoding.EncodeToString(append([]byte{1}, seed...)) // 1: Ed25519
	signer, err := note.NewSigner("PRIVATE+KEY+" + parts[0] + "+" + parts[1] + "+" + secret)
	if err != nil {
		return c, fmt.Errorf("cannot sign a checkpoint: %w", err)
	}
	text := c.Origin + "\n" + strconv.FormatUint(size, 10) + "\n" + root.String() + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return c, fmt.Errorf("cannot sign a checkpoint: %w", err)
	}
	c.Note = string(signed)
	return c, nil
}

// VerifierKey returns the public key of an instance's checkpoints as other
// tools for signed notes read it.
func VerifierKey(instance account.InstanceID, seed []byte) (string, error) {
	if len(seed) != ed25519.SeedSize {
		return "", fmt.Errorf("the seed of the log's key has %d bytes", len(seed))
	}
	private := ed25519.NewKeyFromSeed(seed)
	public := ed25519.PublicKey(private[ed25519.SeedSize:]) // its second half, as RFC 8032 has it
	return note.NewEd25519VerifierKey(LogName(instance), public)
}

// SignedBy reports whether the checkpoint comes from the log whose verifier key
// is given. The error is that of a checkpoint which was changed since.
func (c *Checkpoint) SignedBy(verifierKey string) (bool, error) {
	verifier, err := note.NewVerifier(verifierKey)
	if err != nil {
		return false, fmt.Errorf("the log's own key cannot be read: %w", err)
	}
	if c.Origin != verifier.Name() {
		return false, nil
	}
	_, err = note.Open([]byte(c.Note), note.VerifierList(verifier))
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &unknown):
		return false, nil
	case err != nil:
		return false, errCheckpoint
	}
	return true, nil
}

// ParseCheckpoints finds the checkpoints in a text: one, or many behind each
// other, as cron gathers them, also with other lines between them, as in mails,
// without their blank lines, as journals keep them, or within lines of JSON as
// the command prints them. Finding none is an error.
func ParseCheckpoints(text []byte) ([]Checkpoint, error) {
	var found []Checkpoint
	lines := noteLines(text)
	for i := 0; i < len(lines); i++ {
		if !strings.HasPrefix(lines[i], originPrefix) {
			continue
		}
		end := i + 1
		for end < len(lines) && !strings.HasPrefix(lines[end], originPrefix) {
			end++
		}
		c, err := parseCheckpoint(lines[i:end])
		if err != nil {
			return nil, fmt.Errorf("checkpoint %d of the text: %w", len(found)+1, err)
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return nil, errors.New("there is no checkpoint in it")
	}
	return found, nil
}

// noteLines returns the lines of a text, with the notes in lines of JSON taken
// out of them.
func noteLines(text []byte) []string {
	var lines []string
	for line := range bytes.Lines(text) {
		line = bytes.TrimRight(line, " \t\r\n")
		var wrapped struct{ Checkpoint string }
		if bytes.HasPrefix(line, []byte("{")) && json.Unmarshal(line, &wrapped) == nil {
			lines = append(lines, strings.Split(wrapped.Checkpoint, "\n")...)
			continue
		}
		lines = append(lines, string(line))
	}
	return lines
}

// parseCheckpoint reads the checkpoint that begins a few lines.
func parseCheckpoint(lines []string) (Checkpoint, error) {
	c := Checkpoint{Origin: lines[0]}
	body, signatures := 1, 0
	for body < len(lines) && lines[body] != "" && !isSignature(lines[body]) {
		body++
	}
	if body < 3 {
		return c, errors.New("it is cut short")
	}
	size, err := strconv.ParseUint(lines[1], 10, 63)
	if err != nil || lines[1] != strconv.FormatUint(size, 10) {
		return c, fmt.Errorf("its size %q is no number", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return c, fmt.Errorf("its root %q is no hash", lines[2])
	}
	c.Size, c.Root = size, root
	c.Note = strings.Join(lines[:body], "\n") + "\n\n"
	for _, line := range lines[body:] {
		if isSignature(line) {
			c.Note += line + "\n"
			signatures++
		} else if line != "" {
			break
		}
	}
	if signatures == 0 {
		return c, errors.New("it is not signed")
	}
	return c, nil
}

func isSignature(line string) bool { return strings.HasPrefix(line, "— ") }
