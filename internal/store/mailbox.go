package store

import "github.com/usher-admin/usher/internal/account"

func mailboxKey(org account.OrgID, id account.MailboxID) []byte {
	return key(keyMailbox, orgPart(org), id[:])
}

// Mailbox returns a shared mailbox of an organisation.
func (tx *Tx) Mailbox(org account.OrgID, id account.MailboxID) (account.Mailbox, bool, error) {
	payload, err := tx.read(mailboxKey(org, id))
	if err != nil || payload == nil {
		return account.Mailbox{}, false, err
	}
	m, err := tx.decodeMailbox(org, id, payload)
	return m, err == nil, err
}

func (tx *Tx) decodeMailbox(org account.OrgID, id account.MailboxID, payload []byte) (account.Mailbox, error) {
	m := account.Mailbox{ID: id, Org: org}
	err := decode(payload, func(f field) {
		switch f.number {
		case 1:
			m.Address = account.Email(f.bytes)
		case 2:
			m.Name = string(f.bytes)
		case 3:
			m.Plan = account.PlanName(f.bytes)
		case 4:
			m.PlanState = licenceStates.name(f.value)
		case 5:
			m.AssignedAt = f.time()
		case 6:
			m.ActivatedAt = f.time()
		case 7:
			m.CreatedAt = f.time()
		case 8:
			m.UpdatedAt = f.time()
		}
	})
	if err != nil {
		return m, tx.damaged("the record of a mailbox cannot be decoded")
	}
	return m, nil
}

func encodeMailbox(m account.Mailbox) []byte {
	var e encoder
	e.string(1, string(m.Address))
	e.string(2, m.Name)
	e.string(3, string(m.Plan))
	e.uint(4, licenceStates.number(m.PlanState))
	e.time(5, m.AssignedAt)
	e.time(6, m.ActivatedAt)
	e.time(7, m.CreatedAt)
	e.time(8, m.UpdatedAt)
	return e.buf
}

func mailboxFacets(m account.Mailbox) []facet {
	if m.ID.IsZero() {
		return nil
	}
	return []facet{{facetMailboxPlan, m.Plan.Key()}}
}

// PutMailbox writes a mailbox and keeps the indexes and counters. The caller
// has made sure that the address is free.
func (tx *Tx) PutMailbox(m account.Mailbox) error {
	old, found, err := tx.Mailbox(m.Org, m.ID)
	if err != nil {
		return err
	}
	if !found {
		old = account.Mailbox{}
	}
	if err := tx.watchMove(m.Org, old.Plan, m.Plan); err != nil {
		return err
	}
	if err := tx.moveAddress(old.Address, m.Address, Holder{Org: m.Org, Mailbox: m.ID}); err != nil {
		return err
	}
	if err := tx.moveFacets(m.Org, m.ID, mailboxFacets(old), mailboxFacets(m)); err != nil {
		return err
	}
	return tx.write(mailboxKey(m.Org, m.ID), encodeMailbox(m))
}

// RemoveMailbox deletes a mailbox, frees its seat, lets its members go, and
// keeps its address where the log can find it.
func (tx *Tx) RemoveMailbox(m account.Mailbox) error {
	if err := tx.removeMembers(m.Org, m.ID); err != nil {
		return err
	}
	if err := tx.watchMove(m.Org, m.Plan, ""); err != nil {
		return err
	}
	if err := tx.moveFacets(m.Org, m.ID, mailboxFacets(m), nil); err != nil {
		return err
	}
	if err := tx.remove(addressKey(m.Address)); err != nil {
		return err
	}
	if err := tx.PutName(m.Org, account.UserID(m.ID), Name{Email: m.Address, FirstName: m.Name}); err != nil {
		return err
	}
	return tx.remove(mailboxKey(m.Org, m.ID))
}

// Mailboxes calls fn with the mailboxes of an organisation behind the given id
// (the zero id: all), in the order they were made, until fn returns false.
func (tx *Tx) Mailboxes(org account.OrgID, behind account.MailboxID, fn func(account.Mailbox) (bool, error)) error {
	prefix := key(keyMailbox, orgPart(org))
	return tx.each(prefix, behindKey(prefix, behind), func(k, payload []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		m, err := tx.decodeMailbox(org, account.MailboxID(k[len(prefix):]), payload)
		if err != nil {
			return false, err
		}
		return fn(m)
	})
}

// PlanMailboxes calls fn with the mailboxes behind the given id that hold a
// licence of a plan, in the order they were made, until fn returns false.
func (tx *Tx) PlanMailboxes(org account.OrgID, plan account.PlanName, behind account.MailboxID, fn func(account.Mailbox) (bool, error)) error {
	return tx.indexed(org, facet{facetMailboxPlan, plan.Key()}, behind, func(id [16]byte) (bool, error) {
		m, found, err := tx.Mailbox(org, id)
		if err != nil {
			return false, err
		}
		if !found {
			return false, tx.damaged("an index names a mailbox that is not there")
		}
		return fn(m)
	})
}

// MailboxName returns the name of a mailbox, living or deleted, as the log
// shows it.
func (tx *Tx) MailboxName(org account.OrgID, id account.MailboxID) (Name, error) {
	m, found, err := tx.Mailbox(org, id)
	if err != nil || found {
		return Name{Email: m.Address, FirstName: m.Name}, err
	}
	return tx.UserName(org, account.UserID(id))
}
