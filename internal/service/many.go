package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// Many says how an operation on many is done: all or nothing, or what can be.
type Many struct {
	Who       []string // addresses or ids
	KeepGoing bool
}

// Done is what became of one of many.
type Done struct {
	Email account.Email
	ID    account.UserID
	Who   string // as it was typed
	Err   error
}

// each runs fn for each of many within one transaction. Unless told to keep
// going, one failure fails them all, and the error names every one.
func (m Many) each(o *op, fn func(who string) (account.User, error)) ([]Done, error) {
	list, err := o.unique(m.Who)
	if err != nil {
		return nil, err
	}
	done := make([]Done, 0, len(list))
	failed := 0
	for _, who := range list {
		u, err := fn(who)
		if err != nil {
			if !itemError(err) {
				return nil, err
			}
			failed++
			if err := o.noteRefusal(m.KeepGoing); err != nil {
				return nil, err
			}
		}
		done = append(done, Done{Email: lasting(u.Email, who), ID: u.ID, Who: who, Err: err})
	}
	if failed == len(done) {
		o.asked = true // nothing was done that would take a permission
	}
	switch {
	case failed == 0:
		return done, nil
	case !m.KeepGoing:
		return done, manyError(done, failed)
	}
	o.partial = errSomeFailed(failed, len(done))
	return done, nil
}

// errSomeFailed is the error of an operation on many that went past what failed.
func errSomeFailed(failed, all int) error {
	switch {
	case failed < all:
		return account.Errorf(account.Partial, "%d of %d failed; %s done", failed, all, account.Agree(all-failed, "the other is", "the others are")).Coded("partial")
	case all == 1:
		return account.Errorf(account.Partial, "it failed, so nothing was changed").Coded("partial")
	}
	return account.Errorf(account.Partial, "all %d failed, so nothing was changed", all).Coded("partial")
}

// lasting returns an address in memory that it does not share with the record of
// its user: that of what was typed, where it is the same.
func lasting(e account.Email, who string) account.Email {
	if string(e) == who {
		return account.Email(who)
	}
	return account.Email(strings.Clone(string(e)))
}

// changeUsers runs fn for each of many users on whom the actor may act.
func (s *Service) changeUsers(ctx context.Context, action access.Permission, many Many, fn func(*op, account.User) error) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, action, func(o *op) (err error) {
		done, err = many.each(o, func(who string) (account.User, error) {
			if err := interrupted(ctx); err != nil {
				return account.User{}, err
			}
			u, err := o.allowUser(who)
			if err != nil {
				return u, err
			}
			return u, fn(o, u)
		})
		return err
	})
	return done, err
}

// changeMany is change for an operation on many: what was kept going past
// becomes an error after the commit.
func (s *Service) changeMany(ctx context.Context, action access.Permission, fn func(*op) error) error {
	var partial error
	err := s.change(ctx, action, func(o *op) error {
		err := fn(o)
		if o.partial != nil {
			partial = o.partial
		}
		return err
	})
	if err != nil && account.KindOf(err) != account.Partial {
		return err
	}
	return bothErrors(partial, err)
}

// unique returns the names without those that name somebody twice, be it once
// by address and once by id: the list itself where nobody is.
func (o *op) unique(who []string) ([]string, error) {
	seen := newNameSet(who)
	var list []string
	dropped := false
	for i, name := range who {
		again, err := o.namedAgain(seen, name)
		if err != nil {
			return nil, err
		}
		if again || !seen.addAt(i) {
			if !dropped {
				list, dropped = slices.Clone(who[:i]), true
			}
			continue
		}
		if dropped {
			list = append(list, name)
		}
	}
	if !dropped {
		return who, nil
	}
	return list, nil
}

// namedAgain reports whether a name is the id of somebody whose address came
// before. One that comes later is his again.
func (o *op) namedAgain(seen *nameSet, name string) (bool, error) {
	if _, ok := account.ParseUserID(name); !ok {
		return false, nil
	}
	h, found, err := o.findHolder(name)
	if err != nil || !found {
		return false, err
	}
	return !seen.addOther(strings.Clone(string(h.email()))), nil
}

// itemError reports whether an error concerns one of many, and not the
// database.
func itemError(err error) bool {
	switch account.KindOf(err) {
	case account.NotFound, account.Conflict, account.Invalid, account.Forbidden, account.NoSeat:
		return true
	}
	return false
}

// manyShown is how many failures an error spells out.
const manyShown = 10

// manyError joins the failures of an operation that was all or nothing. One
// failure of one stays as it is.
func manyError(done []Done, failed int) error {
	var lines []string
	var first *account.Error
	for _, d := range done {
		var e *account.Error
		if !errors.As(d.Err, &e) {
			continue
		}
		if first == nil {
			first = e
		}
		if len(lines) < manyShown {
			lines = append(lines, e.Message)
		}
	}
	if len(done) == 1 {
		return first
	}
	if failed > len(lines) {
		lines = append(lines, fmt.Sprintf("and %d more", failed-len(lines)))
	}
	return account.Errorf(first.Kind, "%d of %d cannot be done, so nothing was changed: %s", failed, len(done), strings.Join(lines, "; ")).
		Coded(first.Code).
		Hintf("leave them out, or do what can be done with --keep-going")
}
