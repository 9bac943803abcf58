package store

import (
	"bytes"

	"github.com/usher-admin/usher/internal/account"
)

// User returns a user of an organisation.
func (tx *Tx) User(org account.OrgID, id account.UserID) (account.User, bool, error) {
	payload, err := tx.read(userKey(org, id))
	if err != nil || payload == nil {
		return account.User{}, false, err
	}
	u, err := tx.decodeUser(org, id, payload)
	return u, err == nil, err
}

// decodeUser reads a user's record. His texts share one piece of memory.
func (tx *Tx) decodeUser(org account.OrgID, id account.UserID, payload []byte) (account.User, error) {
	u := account.User{ID: id, Org: org}
	return u, tx.decodeUserText(&u, string(payload))
}

// What most users have is one number in a record, the sum of these.
const (
	usualRole    = 1 << iota // member
	usualLocale              // English
	usualUpdated             // when he was made
)

// usual returns what of a user needs no field of its own.
func usual(u account.User) (bits uint64) {
	if u.Role == account.RoleMember {
		bits |= usualRole
	}
	if u.Locale == account.LocaleEnglish {
		bits |= usualLocale
	}
	if u.UpdatedAt.Equal(u.CreatedAt) {
		bits |= usualUpdated
	}
	return bits
}

// readUsual is the other way; the time of making was read before.
func readUsual(u *account.User, bits uint64) {
	if bits&usualRole != 0 {
		u.Role = account.RoleMember
	}
	if bits&usualLocale != 0 {
		u.Locale = account.LocaleEnglish
	}
	if bits&usualUpdated != 0 {
		u.UpdatedAt = u.CreatedAt
	}
}

// decodeUserText reads a user's record into u, whose texts share the memory of
// it.
func (tx *Tx) decodeUserText(u *account.User, payload string) error {
	f := textFields{rest: payload}
	for f.next() {
		if f.text != "" {
			readUserText(u, f.number, f.text)
		} else {
			readUserState(u, f.number, f.value)
		}
	}
	if f.broken {
		return tx.damaged("the record of a user cannot be decoded")
	}
	return nil
}

func readUserText(u *account.User, number uint64, text string) {
	switch number {
	case 1:
		u.Email = account.Email(text)
	case 2:
		u.FirstName = text
	case 3:
		u.LastName = text
	case 4:
		u.Role = account.RoleName(text)
	case 5:
		u.Directory = text
	case 6:
		u.Locale = account.Locale(text)
	case 7:
		u.Plan = account.PlanName(text)
	case 19:
		u.Released = account.PlanName(text)
	}
}

func readUserState(u *account.User, number, value uint64) {
	switch number {
	case 8:
		u.Site = account.SiteID(value)
	case 9:
		u.Type = userTypes.name(value)
	case 10:
		u.Status = statuses.name(value)
	case 11:
		u.Auth = auths.name(value)
	case 12:
		u.MustChange = value == 1
	case 13:
		u.PlanState = licenceStates.name(value)
	case 14:
		u.CreatedAt = timeOf(value)
	case 15:
		u.UpdatedAt = timeOf(value)
	case 16:
		u.LastLoginAt = timeOf(value)
	case 17:
		u.AssignedAt = timeOf(value)
	case 18:
		u.ActivatedAt = timeOf(value)
	case 20:
		u.Born = value
	case 21:
		readUsual(u, value)
	}
}

// appendUser appends the record of a user.
func appendUser(dst []byte, u account.User) []byte {
	e := encoder{buf: dst}
	bits := usual(u)
	e.string(1, string(u.Email))
	e.string(2, u.FirstName)
	e.string(3, u.LastName)
	if bits&usualRole == 0 {
		e.string(4, string(u.Role))
	}
	e.string(5, u.Directory)
	if bits&usualLocale == 0 {
		e.string(6, string(u.Locale))
	}
	e.string(7, string(u.Plan))
	e.uint(8, uint64(u.Site))
	e.uint(9, userTypes.number(u.Type))
	e.uint(10, statuses.number(u.Status))
	e.uint(11, auths.number(u.Auth))
	e.bool(12, u.MustChange)
	e.uint(13, licenceStates.number(u.PlanState))
	e.time(14, u.CreatedAt)
	if bits&usualUpdated == 0 {
		e.time(15, u.UpdatedAt)
	}
	e.time(16, u.LastLoginAt)
	e.time(17, u.AssignedAt)
	e.time(18, u.ActivatedAt)
	e.string(19, string(u.Released))
	e.uint(20, u.Born)
	e.uint(21, bits)
	return e.buf
}

// PutUser writes a user and keeps the indexes and counters. The caller has
// made sure that the address is free.
func (tx *Tx) PutUser(u account.User) error {
	old, found, err := tx.User(u.Org, u.ID)
	if err != nil {
		return err
	}
	if !found {
		old = account.User{}
	}
	u.Born = old.Born
	return tx.putUser(old, u)
}

// AddUser is PutUser for one who was never there. The next event must be about
// him: his record keeps its number.
func (tx *Tx) AddUser(u account.User) error {
	u.Born = tx.head.Size + 1
	tx.newborn = append(tx.newborn, u.ID)
	return tx.putUser(account.User{}, u)
}

func (tx *Tx) putUser(old, u account.User) error {
	if err := tx.watchMove(u.Org, old.Plan, u.Plan); err != nil {
		return err
	}
	if err := tx.moveAddress(old.Email, u.Email, Holder{Org: u.Org, User: u.ID}); err != nil {
		return err
	}
	var before, now facetRoom
	if err := tx.moveFacets(u.Org, u.ID, before.of(&old), now.of(&u)); err != nil {
		return err
	}
	tx.user = appendUser(tx.user[:0], u)
	return tx.write(userKey(u.Org, u.ID), tx.user)
}

// RemoveUser deletes a user, his password, tries and sessions, frees his seat,
// takes him out of his mailboxes, and keeps his name where the log can find it.
func (tx *Tx) RemoveUser(u account.User) error {
	sessions, err := tx.UserSessions(u.ID)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if err := tx.RemoveSession(s); err != nil {
			return err
		}
	}
	steps := []func() error{
		func() error { return tx.RemoveUserLinks(u.ID) },
		func() error { return tx.RemoveCredential(u.Org, u.ID) },
		func() error { return tx.PutTries(u.ID, account.Tries{}) },
		func() error { return tx.remove(addressKey(u.Email)) },
		func() error { return tx.watchMove(u.Org, u.Plan, "") },
		func() error { return tx.moveFacets(u.Org, u.ID, new(facetRoom).of(&u), nil) },
		func() error { return tx.leaveMailboxes(u.Org, u.ID) },
		func() error { return tx.releaseBorn(u) },
		func() error { return tx.PutName(u.Org, u.ID, Name{u.Email, u.FirstName, u.LastName}) },
		func() error { return tx.remove(userKey(u.Org, u.ID)) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Users calls fn with the users of an organisation behind the given id (the
// zero id: all), in the order they were made, until fn returns false.
func (tx *Tx) Users(org account.OrgID, behind account.UserID, fn func(account.User) (bool, error)) error {
	prefix := key(keyUser, orgPart(org))
	return tx.each(prefix, behindKey(prefix, behind), func(k, payload []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		u, err := tx.decodeUser(org, account.UserID(k[len(prefix):]), payload)
		if err != nil {
			return false, err
		}
		return fn(u)
	})
}

// EachUser reads the users of an organisation behind one id, up to and with
// another (the zero id: to the last one), in the order they were made, into u and
// calls fn for each, until that returns false. Nobody else changes u meanwhile;
// its texts stay when the next user comes. alike says that this one has in common
// with the one before all but id, address, names and the event that made him.
func (tx *Tx) EachUser(org account.OrgID, behind, upTo account.UserID, u *account.User, fn func(alike bool) (bool, error)) error {
	prefix := key(keyUser, orgPart(org))
	walk := userWalk{tx: tx, user: u}
	return tx.each(prefix, behindKey(prefix, behind), func(k, payload []byte) (bool, error) {
		if len(k) != len(prefix)+16 {
			return false, tx.damaged(describeKey(k))
		}
		id := account.UserID(k[len(prefix):])
		if !upTo.IsZero() && bytes.Compare(id[:], upTo[:]) > 0 {
			return false, nil
		}
		alike, err := walk.decode(org, id, payload)
		if err != nil {
			return false, err
		}
		return fn(alike)
	})
}

// UserMarks returns at most n ids that divide the users behind an id into pieces
// which lie on so many pages each: a piece ends with a mark. Fewer marks than
// asked for: what is behind the last one is no more than a piece.
func (tx *Tx) UserMarks(org account.OrgID, behind account.UserID, pages, n int) (marks []account.UserID, err error) {
	prefix := key(keyUser, orgPart(org))
	for from := behindKey(prefix, behind); len(marks) < n; {
		ahead, err := tx.space.tree.Ahead(from, pages)
		if err != nil {
			return nil, asDamaged(tx.path, err)
		}
		if len(ahead) != len(prefix)+16 || !bytes.HasPrefix(ahead, prefix) {
			break // that page is of other records
		}
		marks, from = append(marks, before(account.UserID(ahead[len(prefix):]))), ahead
	}
	return marks, nil
}

// before returns the last id that can stand before one.
func before(id account.UserID) account.UserID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]--; id[i] != 0xff {
			break
		}
	}
	return id
}
