package store

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// Users and mailboxes of every organisation share one space of addresses, so
// that an address belongs to one of them at most.

// Holder is what an address belongs to: a user or a mailbox, the id of the
// other being zero.
type Holder struct {
	Org     account.OrgID
	User    account.UserID
	Mailbox account.MailboxID
}

// The last byte of an address that belongs to a mailbox. One of a user has none.
const holderMailbox = 'm'

func addressKey(e account.Email) []byte { return key(keyAddress, []byte(e)) }

// Address returns what an address belongs to, in any organisation.
func (tx *Tx) Address(e account.Email) (Holder, bool, error) {
	payload, err := tx.read(addressKey(e))
	if err != nil || payload == nil {
		return Holder{}, false, err
	}
	switch {
	case len(payload) == 20:
		return Holder{Org: account.OrgID(binary.BigEndian.Uint32(payload)), User: account.UserID(payload[4:])}, true, nil
	case len(payload) == 21 && payload[20] == holderMailbox:
		return Holder{Org: account.OrgID(binary.BigEndian.Uint32(payload)), Mailbox: account.MailboxID(payload[4:20])}, true, nil
	}
	return Holder{}, false, tx.damaged("the index of addresses cannot be decoded")
}

// moveAddress brings a holder from an old address, "" for none, to a new one.
func (tx *Tx) moveAddress(old, now account.Email, h Holder) error {
	if old == now {
		return nil
	}
	if old != "" {
		if err := tx.remove(addressKey(old)); err != nil {
			return err
		}
	}
	return tx.write(addressKey(now), h.value())
}

// value returns what stands under the address.
func (h Holder) value() []byte {
	if h.Mailbox.IsZero() {
		return append(orgPart(h.Org), h.User[:]...)
	}
	return append(append(orgPart(h.Org), h.Mailbox[:]...), holderMailbox)
}
