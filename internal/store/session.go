package store

import (
	"bytes"

	"github.com/usher-admin/usher/internal/account"
)

// What a user's token is for, in the index of his tokens.
const tokenSession = 's'

// SessionPlace names where a session stands: what the key it carries is bound
// to.
func SessionPlace(tokenHash [32]byte) (bucket string, k []byte) {
	return "session", key(keySession, tokenHash[:])
}

func userSessionKey(user account.UserID, tokenHash []byte) []byte {
	return key(keyUserToken, user[:], []byte{tokenSession}, tokenHash)
}

// Session returns the session of a token by the token's hash.
func (tx *Tx) Session(tokenHash [32]byte) (account.Session, bool, error) {
	payload, err := tx.read(key(keySession, tokenHash[:]))
	if err != nil || payload == nil {
		return account.Session{}, false, err
	}
	s, err := tx.decodeSession(tokenHash, payload)
	return s, err == nil, err
}

func (tx *Tx) decodeSession(tokenHash [32]byte, payload []byte) (account.Session, error) {
	s := account.Session{TokenHash: tokenHash}
	if err := decode(payload, readSession(&s)); err != nil {
		return s, tx.damaged("the record of a session cannot be decoded")
	}
	return s, nil
}

// readSession returns the reader of a session's fields.
func readSession(s *account.Session) func(field) {
	return func(f field) {
		switch f.number {
		case 1:
			copy(s.User[:], f.bytes)
		case 2:
			s.Scope.Org = account.OrgID(f.value)
		case 3:
			s.Scope.Site = account.SiteID(f.value)
		case 4:
			s.CreatedAt = f.time()
		case 5:
			s.LastSeenAt = f.time()
		case 6:
			s.ExpiresAt = f.time()
		case 7:
			s.ProvenAt = f.time()
		case 8:
			s.Host = string(f.bytes)
		case 9:
			s.Carried = bytes.Clone(f.bytes)
		case 10:
			s.Restricted = f.value == 1
		}
	}
}

// PutSession writes a session and keeps the index of its user's tokens.
func (tx *Tx) PutSession(s account.Session) error {
	var e encoder
	e.bytes(1, s.User[:])
	e.uint(2, uint64(s.Scope.Org))
	e.uint(3, uint64(s.Scope.Site))
	e.time(4, s.CreatedAt)
	e.time(5, s.LastSeenAt)
	e.time(6, s.ExpiresAt)
	e.time(7, s.ProvenAt)
	e.string(8, s.Host)
	e.bytes(9, s.Carried)
	e.bool(10, s.Restricted)
	if err := tx.write(key(keySession, s.TokenHash[:]), e.buf); err != nil {
		return err
	}
	return tx.write(userSessionKey(s.User, s.TokenHash[:]), nil)
}

// RemoveSession ends a session.
func (tx *Tx) RemoveSession(s account.Session) error {
	if err := tx.remove(userSessionKey(s.User, s.TokenHash[:])); err != nil {
		return err
	}
	return tx.remove(key(keySession, s.TokenHash[:]))
}

// UserSessions returns every session of a user, ended by time or not.
func (tx *Tx) UserSessions(user account.UserID) ([]account.Session, error) {
	hashes, err := tx.userTokens(userSessionKey(user, nil))
	if err != nil {
		return nil, err
	}
	var sessions []account.Session
	for _, h := range hashes {
		s, found, err := tx.Session(h)
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, tx.damaged("a session is in the index but not there")
		}
		sessions = append(sessions, s)
	}
	return sessions, nil
}

// SessionByID returns a session by its public name.
func (tx *Tx) SessionByID(id account.SessionID) (found account.Session, ok bool, err error) {
	err = tx.sessionsUnder(id[:], func(s account.Session) (bool, error) {
		found, ok = s, true
		return false, nil
	})
	return found, ok, err
}

// Sessions calls fn with every session of the instance, ended by time or not,
// until fn returns false.
func (tx *Tx) Sessions(fn func(account.Session) (bool, error)) error {
	return tx.sessionsUnder(nil, fn)
}

// sessionsUnder calls fn with the sessions whose token's hash begins so.
func (tx *Tx) sessionsUnder(begin []byte, fn func(account.Session) (bool, error)) error {
	prefix := key(keySession, begin)
	return tx.each(prefix, prefix, func(k, payload []byte) (bool, error) {
		if len(k) != 1+32 {
			return false, tx.damaged(describeKey(k))
		}
		s, err := tx.decodeSession([32]byte(k[1:]), payload)
		if err != nil {
			return false, err
		}
		return fn(s)
	})
}

// userTokens returns the hashes of the tokens that an index lists under prefix.
func (tx *Tx) userTokens(prefix []byte) ([][32]byte, error) {
	if tx.space.bare(prefix) {
		return nil, nil
	}
	var hashes [][32]byte
	err := tx.each(prefix, prefix, func(k, _ []byte) (bool, error) {
		if len(k) != len(prefix)+32 {
			return false, tx.damaged(describeKey(k))
		}
		hashes = append(hashes, [32]byte(k[len(prefix):]))
		return true, nil
	})
	return hashes, err
}
