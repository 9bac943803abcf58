package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// DeleteUsers deletes users for good (S4). With erase their names and
// addresses also leave the log's index.
func (s *Service) DeleteUsers(ctx context.Context, many Many, erase bool) ([]Done, error) {
	return s.changeUsers(ctx, access.UserDelete, many, func(o *op, u account.User) error { return o.deleteUser(u, erase) })
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
	gone := append([]revision{{"status", string(u.Status), "", false}, ended}, licenceRevisions(u.Licence, account.Licence{})...)
	changes, _ := recordRevisions(gone)
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
