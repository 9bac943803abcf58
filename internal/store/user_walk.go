package store

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// userWalk decodes the records of many users. Most have all in common with the one
// before but their names and the event that made them, so that nothing else is to
// be read.
type userWalk struct {
	tx     *Tx
	user   *account.User
	names  names
	middle string // of the record that was decoded last: behind the names
	born   bool   // it ends where the number of the event stands
	tail   string // behind that
	texts  account.Texts
}

// decode reads a record, and reports whether the user is alike the one before.
func (w *userWalk) decode(org account.OrgID, id account.UserID, payload []byte) (alike bool, err error) {
	w.names.find(payload)
	born, alike := w.alike(payload[w.names.end:])
	if !alike {
		*w.user = account.User{ID: id, Org: org}
		return false, w.decodeWhole(w.texts.Text(payload))
	}
	w.user.ID, w.user.Born = id, born
	w.names.read(w.user, w.texts.Text(payload[:w.names.end]))
	return true, nil
}

// alike reports whether what stands behind the names is what stood there in the
// record before, and returns the event that made the user.
func (w *userWalk) alike(rest []byte) (born uint64, alike bool) {
	if w.middle == "" || len(rest) < len(w.middle) || string(rest[:len(w.middle)]) != w.middle {
		return 0, false
	}
	rest = rest[len(w.middle):]
	if !w.born {
		return 0, len(rest) == 0
	}
	born, n := binary.Uvarint(rest)
	return born, n > 0 && string(rest[n:]) == w.tail
}

// decodeWhole decodes a record and remembers its parts.
func (w *userWalk) decodeWhole(text string) error {
	const bornTag = 20<<1 | wireVarint
	names := w.names.end
	w.middle, w.born, w.tail = text[names:], false, ""
	f := textFields{rest: w.middle}
	for at := names; f.next(); at = len(text) - len(f.rest) {
		if text[at] == bornTag {
			w.middle, w.born, w.tail = text[names:at+1], true, f.rest
		}
	}
	return w.tx.decodeUserText(w.user, text)
}

// names is where address and names stand in a user's record, which begins with
// them.
type names struct {
	places [lastNames]place // by their numbers, from 1
	end    int              // of the fields that are names
}

// place is where a text stands, without its length; zero: nowhere.
type place struct{ from, to int }

// lastNames is the highest number of a field that is a name.
const lastNames = 3

// find looks for the names in a record.
func (n *names) find(payload []byte) {
	const lastTag = lastNames<<1 | wireBytes
	*n = names{}
	for n.end+1 < len(payload) && payload[n.end]&1 == wireBytes && payload[n.end] <= lastTag {
		number, from, length := int(payload[n.end]>>1), n.end+2, int(payload[n.end+1])
		if length >= 0x80 {
			long, size := binary.Uvarint(payload[n.end+1:])
			if size <= 0 || long > uint64(len(payload)) {
				return
			}
			from, length = n.end+1+size, int(long)
		}
		if number == 0 || length > len(payload)-from {
			return
		}
		if length > 0 {
			n.places[number-1] = place{from, from + length}
		}
		n.end = from + length
	}
}

// read reads the names into u from the text that the record begins with.
func (n *names) read(u *account.User, text string) {
	u.Email = account.Email(n.text(1, text))
	u.FirstName = n.text(2, text)
	u.LastName = n.text(3, text)
}

func (n *names) text(number int, text string) string {
	p := n.places[number-1]
	return text[p.from:p.to]
}
