package store

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/plainfile"
)

// The anchor is a small file beside the database that says how long the log
// was after the last commit, and its root. One flipped bit in the engine's
// newer meta page silently takes the last commit back; a file put back from a
// copy does the same. The anchor notices both. It is written after the commit
// without a flush of its own: an older anchor still names a prefix of the log.
//
//	usher-anchor 1
//	INSTANCE
//	SIZE
//	ROOT (base64)
//	CRC-32C of the lines above (hexadecimal)

// AnchorSuffix is added to the database's path for the anchor file.
const AnchorSuffix = ".anchor"

const anchorTitle = "usher-anchor 1"

// errAnchor says that the anchor is there but cannot be read.
var errAnchor = errors.New("the anchor cannot be read")

// anchor is what the file says.
type anchor struct {
	instance string
	size     uint64
	root     [32]byte
}

func (a anchor) bytes() []byte {
	body := fmt.Sprintf("%s\n%s\n%d\n%s\n", anchorTitle, a.instance, a.size, base64.StdEncoding.EncodeToString(a.root[:]))
	return fmt.Appendf([]byte(body), "%08x\n", anchorCheck(body))
}

func anchorCheck(body string) uint32 {
	return castagnoli([]byte(body))
}

func parseAnchor(data []byte) (anchor, error) {
	body, check, ok := cutLast(string(bytes.TrimSuffix(data, []byte("\n"))))
	if !ok || fmt.Sprintf("%08x", anchorCheck(body)) != check {
		return anchor{}, errAnchor
	}
	lines := strings.Split(body, "\n")
	if len(lines) != 5 || lines[0] != anchorTitle {
		return anchor{}, errAnchor
	}
	size, err := strconv.ParseUint(lines[2], 10, 64)
	if err != nil {
		return anchor{}, errAnchor
	}
	root, err := base64.StdEncoding.DecodeString(lines[3])
	if err != nil || len(root) != 32 {
		return anchor{}, errAnchor
	}
	return anchor{instance: lines[1], size: size, root: [32]byte(root)}, nil
}

// cutLast splits off the last line; the rest keeps its line end.
func cutLast(s string) (rest, last string, ok bool) {
	i := strings.LastIndexByte(s, '\n')
	return s[:i+1], s[i+1:], i >= 0
}

func readAnchor(path string) (anchor, error) {
	data, err := readPlain(path + AnchorSuffix)
	if err != nil {
		return anchor{}, err
	}
	return parseAnchor(data)
}

// readPlain reads a small file. It does not wait where a pipe stands in its
// place.
func readPlain(path string) ([]byte, error) {
	file, err := plainfile.Open(path, os.O_RDONLY|plainfile.Strictly, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errAnchor
	}
	return io.ReadAll(file)
}

// Anchor is how long the log was after the last commit, as the file beside the
// database says.
type Anchor struct {
	Instance string
	Size     uint64
	Root     [32]byte
}

// Anchor returns what the anchor says, false if it is missing or torn. It is to
// be asked within a transaction: a commit and its anchor are one step only
// while the lock is held.
func (s *Store) Anchor() (Anchor, bool) {
	a, err := readAnchor(s.path)
	return Anchor{Instance: a.instance, Size: a.size, Root: a.root}, err == nil
}

// writeAnchor writes the anchor in place; it fits one sector. A failure costs
// only a warning at the next command.
func (s *Store) writeAnchor(tx *Tx) {
	a := anchor{instance: tx.head.Instance.String(), size: tx.head.Size, root: tx.head.Root}
	file, err := plainfile.Open(s.path+AnchorSuffix, os.O_WRONLY|os.O_CREATE|plainfile.Strictly, 0o600)
	if err == nil {
		err = closeWritten(file, replaceContent(file, a.bytes()))
	}
	if err != nil {
		s.opt.Warn(fmt.Sprintf("cannot write the anchor beside the database: %v", err))
	}
}

// replaceContent makes data all that a file holds. A file of that size is not cut: to
// file systems that is a change of its own even where nothing is cut off.
func replaceContent(file *os.File, data []byte) error {
	if _, err := file.WriteAt(data, 0); err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil || info.Size() == int64(len(data)) {
		return err
	}
	return file.Truncate(int64(len(data)))
}

// checkAnchor compares the log with the anchor. A log that goes on from the
// anchored state is fine: a crash came between commit and anchor.
func (s *Store) checkAnchor(tx *Tx) error {
	a, err := readAnchor(s.path)
	switch {
	case errors.Is(err, fs.ErrPermission):
		return permissionError(s.path+AnchorSuffix, fs.ErrPermission)
	case err != nil:
		s.opt.Warn(fmt.Sprintf("%s is missing or torn; the next change makes it anew. If you did not copy or remove it, compare with a checkpoint: usher logs verify", s.path+AnchorSuffix))
		return nil //nolint:nilerr // a missing anchor is a warning
	case a.instance != tx.head.Instance.String() || a.size > tx.head.Size:
		return rolledBackError(s.path, tx.head.Size, a.size)
	}
	root, err := tx.RootAt(a.size)
	if err != nil {
		return err
	}
	if root != a.root {
		return rolledBackError(s.path, tx.head.Size, a.size)
	}
	return nil
}

// Accept makes the state that tx sees the one that counts, once it is committed.
func (tx *Tx) Accept() { tx.accepted = true }

// forgetAccepted forgets for good how far the database had come, once an older
// state was accepted. Not before: who is interrupted has accepted nothing.
func (s *Store) forgetAccepted(tx *Tx) {
	if !tx.accepted {
		return
	}
	if err := s.forget(); err != nil {
		s.opt.Warn(fmt.Sprintf("the state is accepted, but may be called rolled back again after a loss of power: %v", err))
	}
}

// RolledBack reports whether what tx sees is behind what the anchor or the page
// checks say, or another log. Where they are missing they say nothing.
func (s *Store) RolledBack(tx *Tx) (bool, error) {
	err := s.checkAnchor(tx)
	if err == nil {
		o := &opened{tree: tx.space.tree}
		defer o.closeSums() //nolint:errcheck // only read
		_ = s.openSums(o)   // only how far they had come is asked
		err = s.checkTaken(o)
	}
	if account.CodeOf(err) == "db.rolled_back" {
		return true, nil
	}
	return false, err
}
