package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// DeleteUsers deletes users for good (S4). With erase their names and
// addresses also leave the log's index, and so do those of who was deleted
// before without that.
func (s *Service) DeleteUsers(ctx context.Context, many Many, erase bool) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, access.UserDelete, func(o *op) (err error) {
		done, err = many.each(o, func(who string) (account.User, error) { return o.deleteNamed(who, erase) })
		return err
	})
	return done, err
}

func (o *op) deleteNamed(who string, erase bool) (account.User, error) {
	u, err := o.allowUser(who)
	switch {
	case err == nil:
		return u, o.deleteUser(u, erase)
	case erase && account.KindOf(err) == account.NotFound:
		return o.eraseFormer(who, err)
	}
	return u, err
}

// eraseFormer erases those who were deleted before, by their last address or an
// id. Who may delete within his reach may do that there.
func (o *op) eraseFormer(who string, unseen error) (account.User, error) {
	former, err := o.formerNamed(who)
	if err != nil || len(former) == 0 {
		return account.User{}, orElse(err, unseen)
	}
	o.refused = nil // there was somebody after all
	for _, u := range former {
		if err := o.eraseUser(u); err != nil {
			return u, err
		}
		if err := o.emit(audit.UserRef(u.ID), o.actor.Site, []audit.Change{{Field: "name", To: "erased"}}); err != nil {
			return u, err
		}
	}
	return former[0], nil
}

func (o *op) formerNamed(who string) (former []account.User, err error) {
	id, byID := account.ParseUserID(who)
	email := account.Email(fold(who))
	if byID {
		name, err := o.tx.UserName(o.actor.Org, id)
		if err != nil || name.Email == "" {
			return nil, err
		}
		email = name.Email
	}
	ids, err := o.formerUsers(email)
	for _, found := range ids {
		if !byID || found == id {
			former = append(former, account.User{ID: found, Org: o.actor.Org, Email: email})
		}
	}
	return former, err
}

func (o *op) deleteUser(u account.User, erase bool) error {
	if u.Role == account.RoleOwner {
		return errOwnerProtected("is not deleted")
	}
	ended, err := o.endTokens(u)
	if err != nil {
		return err
	}
	if err := o.tx.RemoveUser(u); err != nil {
		return err
	}
	licence := licenceRevisions(u.Licence, account.Licence{})
	changes, _ := recordRevisions([]revision{{"status", string(u.Status), "", false}, ended, licence[0], licence[1]})
	if err := o.emit(audit.UserRef(u.ID), u.Site, changes); err != nil {
		return err
	}
	if !erase {
		return nil
	}
	return o.eraseUser(u)
}

// eraseUser takes a deleted user's name and every personal value of his events
// out of the log's index. The lines stay as they are.
func (o *op) eraseUser(u account.User) error {
	if err := o.tx.EraseName(u.Org, u.ID); err != nil {
		return err
	}
	var events []uint64
	err := o.tx.UserEvents(u.Org, u.ID, o.tx.Head().Size+1, func(seq, count uint64) (bool, error) {
		for i := range count {
			events = append(events, seq+i)
		}
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, seq := range events {
		if err := o.erasePersonal(u, seq); err != nil {
			return err
		}
	}
	return nil
}

func (o *op) erasePersonal(u account.User, seq uint64) error {
	e, found, err := readEvent(o.tx, seq)
	if err != nil || !found || e.Target != audit.UserRef(u.ID) {
		return err
	}
	return o.tx.ErasePersonal(seq)
}

// readEvent returns an event with the head it shares with another.
func readEvent(tx *store.Tx, seq uint64) (audit.Event, bool, error) {
	l, found, err := tx.LogLine(seq)
	if err != nil || !found || l.Body == nil {
		return audit.Event{}, false, err
	}
	e, err := audit.ParseLine(l.Body)
	if err != nil || e.Like == 0 {
		return e, err == nil, err
	}
	head, found, err := readEvent(tx, e.Like)
	if err == nil && found {
		e.Inherit(head)
	}
	return e, err == nil, err
}
