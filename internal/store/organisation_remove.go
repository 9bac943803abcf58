package store

import "github.com/usher-admin/usher/internal/account"

// RemoveOrganisation deletes an organisation with everything that belongs to
// it, but for the log and the names it needs.
func (tx *Tx) RemoveOrganisation(org account.Organisation) error {
	users, err := tx.userIDs(org.ID)
	if err != nil {
		return err
	}
	for _, id := range users {
		u, found, err := tx.User(org.ID, id)
		if err != nil {
			return err
		}
		if !found {
			return tx.damaged("a user vanished within a transaction")
		}
		if err := tx.RemoveUser(u); err != nil {
			return err
		}
	}
	if err := tx.removeTokens(org.ID); err != nil {
		return err
	}
	if err := tx.removeMailboxes(org.ID); err != nil {
		return err
	}
	for _, kind := range []byte{
		keyScopeKey, keyDomain, keySite, keySiteSlug, keyRole, keyPool, keyPolicy, keyBlocklist, keySecret, keySecretMark, keySecretGone,
	} {
		if err := tx.removeAll(key(kind, orgPart(org.ID))); err != nil {
			return err
		}
	}
	if err := tx.remove(key(keyOrgSlug, []byte(org.Slug))); err != nil {
		return err
	}
	return tx.remove(key(keyOrganisation, orgPart(org.ID)))
}

func (tx *Tx) userIDs(org account.OrgID) ([]account.UserID, error) {
	var ids []account.UserID
	err := tx.Users(org, account.UserID{}, func(u account.User) (bool, error) {
		ids = append(ids, u.ID)
		return true, nil
	})
	return ids, err
}

func (tx *Tx) removeTokens(org account.OrgID) error {
	var tokens []account.ServiceToken
	err := tx.ServiceTokens(org, func(t account.ServiceToken) (bool, error) {
		tokens = append(tokens, t)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, t := range tokens {
		if err := tx.RemoveServiceToken(t); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) removeMailboxes(org account.OrgID) error {
	var mailboxes []account.Mailbox
	err := tx.Mailboxes(org, account.MailboxID{}, func(m account.Mailbox) (bool, error) {
		mailboxes = append(mailboxes, m)
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, m := range mailboxes {
		if err := tx.RemoveMailbox(m); err != nil {
			return err
		}
	}
	return nil
}

// removeAll deletes every record under a prefix.
func (tx *Tx) removeAll(prefix []byte) error {
	var keys [][]byte
	err := tx.each(prefix, prefix, func(k, _ []byte) (bool, error) {
		keys = append(keys, append([]byte(nil), k...))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := tx.remove(k); err != nil {
			return err
		}
	}
	return nil
}
