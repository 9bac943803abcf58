package store

import (
	"bytes"

	"github.com/usher-admin/usher/internal/account"
)

// linkKinds gives the kinds of link their numbers on disk and their letters in
// the index of a user's tokens.
var linkKinds = choices[account.LinkKind]{account.LinkInvite, account.LinkPassword, account.LinkOrgKey}

// LinkPlace names where a link stands: what the key it carries is bound to.
func LinkPlace(tokenHash [32]byte) (bucket string, k []byte) {
	return "link", key(keyLink, tokenHash[:])
}

func userLinkKey(user account.UserID, kind account.LinkKind, tokenHash []byte) []byte {
	letter := byte('a' + linkKinds.number(kind))
	return key(keyUserToken, user[:], []byte{letter}, tokenHash)
}

// Link returns a link by the hash of its token.
func (tx *Tx) Link(tokenHash [32]byte) (account.Link, bool, error) {
	payload, err := tx.read(key(keyLink, tokenHash[:]))
	if err != nil || payload == nil {
		return account.Link{}, false, err
	}
	l, err := tx.decodeLink(tokenHash, payload)
	return l, err == nil, err
}

func (tx *Tx) decodeLink(tokenHash [32]byte, payload []byte) (account.Link, error) {
	l := account.Link{TokenHash: tokenHash}
	if err := decode(payload, readLink(&l)); err != nil {
		return l, tx.damaged("the record of a link cannot be decoded")
	}
	return l, nil
}

// readLink returns the reader of a link's fields.
func readLink(l *account.Link) func(field) {
	return func(f field) {
		switch f.number {
		case 1:
			l.Kind = linkKinds.name(f.value)
		case 2:
			copy(l.User[:], f.bytes)
		case 3:
			l.Scope.Org = account.OrgID(f.value)
		case 4:
			l.Scope.Site = account.SiteID(f.value)
		case 5:
			l.CreatedAt = f.time()
		case 6:
			l.ExpiresAt = f.time()
		case 7:
			copy(l.CreatedBy[:], f.bytes)
		case 8:
			l.Sent = f.value == 1
		case 9:
			l.Carried = bytes.Clone(f.bytes)
		case 10:
			l.Tries.Failures = int(f.value)
		case 11:
			l.Tries.Last = f.time()
		}
	}
}

// PutLink writes a link and keeps the index of its user's tokens.
func (tx *Tx) PutLink(l account.Link) error {
	var e encoder
	e.uint(1, linkKinds.number(l.Kind))
	e.bytes(2, l.User[:])
	e.uint(3, uint64(l.Scope.Org))
	e.uint(4, uint64(l.Scope.Site))
	e.time(5, l.CreatedAt)
	e.time(6, l.ExpiresAt)
	e.bytes(7, l.CreatedBy[:])
	e.bool(8, l.Sent)
	e.bytes(9, l.Carried)
	e.uint(10, uint64(l.Tries.Failures))
	e.time(11, l.Tries.Last)
	if err := tx.write(key(keyLink, l.TokenHash[:]), e.buf); err != nil {
		return err
	}
	return tx.write(userLinkKey(l.User, l.Kind, l.TokenHash[:]), nil)
}

// RemoveLink ends a link.
func (tx *Tx) RemoveLink(l account.Link) error {
	if err := tx.remove(userLinkKey(l.User, l.Kind, l.TokenHash[:])); err != nil {
		return err
	}
	return tx.remove(key(keyLink, l.TokenHash[:]))
}

// UserLinks returns the links of a kind that were given out for a user, ended
// by time or not.
func (tx *Tx) UserLinks(user account.UserID, kind account.LinkKind) ([]account.Link, error) {
	hashes, err := tx.userTokens(userLinkKey(user, kind, nil))
	if err != nil {
		return nil, err
	}
	var links []account.Link
	for _, h := range hashes {
		l, found, err := tx.Link(h)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, tx.damaged("a link is in the index but not there")
		}
		links = append(links, l)
	}
	return links, nil
}

// RemoveUserLinks ends every link of a user, of the given kinds or of all.
func (tx *Tx) RemoveUserLinks(user account.UserID, kinds ...account.LinkKind) error {
	if tx.space.bare(key(keyUserToken, user[:])) {
		return nil
	}
	if len(kinds) == 0 {
		kinds = linkKinds
	}
	for _, kind := range kinds {
		links, err := tx.UserLinks(user, kind)
		if err != nil {
			return err
		}
		for _, l := range links {
			if err := tx.RemoveLink(l); err != nil {
				return err
			}
		}
	}
	return nil
}
