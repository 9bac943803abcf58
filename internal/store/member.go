package store

import "github.com/usher-admin/usher/internal/account"

// Who reads a mailbox is a record for each member, and beside it an index of
// each user's mailboxes, so that he leaves them all when he is deleted.

func memberKey(org account.OrgID, m account.MailboxID, user []byte) []byte {
	return key(keyMember, orgPart(org), m[:], user)
}

func membershipKey(org account.OrgID, user account.UserID, mailbox []byte) []byte {
	return key(keyMembership, orgPart(org), user[:], mailbox)
}

// Member reports whether a user is a member of a mailbox.
func (tx *Tx) Member(org account.OrgID, m account.MailboxID, user account.UserID) (bool, error) {
	payload, err := tx.read(memberKey(org, m, user[:]))
	return payload != nil, err
}

// PutMember makes a user a member of a mailbox, as from now.
func (tx *Tx) PutMember(org account.OrgID, m account.MailboxID, user account.UserID) error {
	var e encoder
	e.time(1, tx.Now)
	if err := tx.write(membershipKey(org, user, m[:]), nil); err != nil {
		return err
	}
	return tx.write(memberKey(org, m, user[:]), e.buf)
}

// RemoveMember lets a user go from a mailbox.
func (tx *Tx) RemoveMember(org account.OrgID, m account.MailboxID, user account.UserID) error {
	if err := tx.remove(membershipKey(org, user, m[:])); err != nil {
		return err
	}
	return tx.remove(memberKey(org, m, user[:]))
}

// Members returns the members of a mailbox in the order they were made.
func (tx *Tx) Members(org account.OrgID, m account.MailboxID) ([]account.UserID, error) {
	return tx.idsUnder(memberKey(org, m, nil))
}

// UserMailboxes returns the mailboxes of a user in the order they were made.
func (tx *Tx) UserMailboxes(org account.OrgID, user account.UserID) ([]account.MailboxID, error) {
	ids, err := tx.idsUnder(membershipKey(org, user, nil))
	mailboxes := make([]account.MailboxID, len(ids))
	for i, id := range ids {
		mailboxes[i] = account.MailboxID(id)
	}
	return mailboxes, err
}

// idsUnder returns the ids that end the keys under a prefix.
func (tx *Tx) idsUnder(prefix []byte) ([]account.UserID, error) {
	if tx.space.bare(prefix) {
		return nil, nil
	}
	var ids []account.UserID
	err := tx.each(prefix, prefix, func(k, _ []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		ids = append(ids, account.UserID(k[len(prefix):]))
		return true, nil
	})
	return ids, err
}

func (tx *Tx) removeMembers(org account.OrgID, m account.MailboxID) error {
	users, err := tx.Members(org, m)
	if err != nil {
		return err
	}
	for _, user := range users {
		if err := tx.RemoveMember(org, m, user); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) leaveMailboxes(org account.OrgID, user account.UserID) error {
	mailboxes, err := tx.UserMailboxes(org, user)
	if err != nil {
		return err
	}
	for _, m := range mailboxes {
		if err := tx.RemoveMember(org, m, user); err != nil {
			return err
		}
	}
	return nil
}
