package store

import "github.com/usher-admin/usher/internal/account"

// Name is what the log shows for a user who is gone. Erasing it makes his
// events impersonal and leaves the log whole.
type Name struct {
	Email     account.Email
	FirstName string
	LastName  string
}

func nameKey(org account.OrgID, user account.UserID) []byte {
	return key(keyName, orgPart(org), user[:])
}

// formerKey stands right behind that of the address, which a deletion takes away.
func (tx *Tx) formerKey(org account.OrgID, e account.Email, user []byte) []byte {
	if tx.first() {
		return key(firstFormer, orgPart(org), []byte(e), []byte{0}, user)
	}
	return key(keyAddress, []byte(e), []byte{0}, orgPart(org), user)
}

// PutName keeps a deleted user's name, and finds him by his last address.
func (tx *Tx) PutName(org account.OrgID, user account.UserID, n Name) error {
	if err := tx.write(tx.formerKey(org, n.Email, user[:]), nil); err != nil {
		return err
	}
	e := encoder{buf: tx.user[:0]}
	e.string(1, string(n.Email))
	e.string(2, n.FirstName)
	e.string(3, n.LastName)
	tx.user = e.buf
	return tx.write(nameKey(org, user), tx.user)
}

// EraseName forgets a deleted user's name and last address.
func (tx *Tx) EraseName(org account.OrgID, user account.UserID) error {
	n, err := tx.UserName(org, user)
	if err != nil {
		return err
	}
	if err := tx.remove(tx.formerKey(org, n.Email, user[:])); err != nil {
		return err
	}
	return tx.remove(nameKey(org, user))
}

// UserName returns the name of a user, living or deleted; it is empty once it
// was erased.
func (tx *Tx) UserName(org account.OrgID, user account.UserID) (Name, error) {
	u, found, err := tx.User(org, user)
	if err != nil {
		return Name{}, err
	}
	if found {
		return Name{u.Email, u.FirstName, u.LastName}, nil
	}
	payload, err := tx.read(nameKey(org, user))
	if err != nil || payload == nil {
		return Name{}, err
	}
	return tx.decodeName(payload)
}

func (tx *Tx) decodeName(payload []byte) (Name, error) {
	var n Name
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			n.Email = account.Email(f.bytes)
		case 2:
			n.FirstName = string(f.bytes)
		case 3:
			n.LastName = string(f.bytes)
		}
	})
	if err != nil {
		return n, tx.damaged("the name of a deleted user cannot be decoded")
	}
	return n, nil
}

// FormerUsers returns the deleted users and mailboxes of an organisation whose
// last address was e, in the order they were made.
func (tx *Tx) FormerUsers(org account.OrgID, e account.Email) ([]account.UserID, error) {
	return tx.idsUnder(tx.formerKey(org, e, nil))
}

// Personal is an old and a new value of a personal field.
type Personal struct{ Field, From, To string }

// PutPersonal keeps the personal values an event changed, under its number.
func (tx *Tx) PutPersonal(seq uint64, values []Personal) error {
	var e encoder
	for _, v := range values {
		e.string(1, v.Field) // each field number 1 begins a new triple
		e.string(2, v.From)
		e.string(3, v.To)
	}
	return tx.write(key(keyPersonal, seqPart(seq)), e.buf)
}

// ErasePersonal forgets the personal values of an event.
func (tx *Tx) ErasePersonal(seq uint64) error { return tx.remove(key(keyPersonal, seqPart(seq))) }

// PersonalValues returns the personal values an event changed; none once they
// were erased.
func (tx *Tx) PersonalValues(seq uint64) ([]Personal, error) {
	payload, err := tx.read(key(keyPersonal, seqPart(seq)))
	if err != nil || payload == nil {
		return nil, err
	}
	var values []Personal
	err = decode(payload, func(f field) {
		switch last := len(values) - 1; {
		case f.number == 1:
			values = append(values, Personal{Field: string(f.bytes)})
		case last < 0:
		case f.number == 2:
			values[last].From = string(f.bytes)
		case f.number == 3:
			values[last].To = string(f.bytes)
		}
	})
	if err != nil {
		return nil, tx.damaged("the personal values of an event cannot be decoded")
	}
	return values, nil
}
