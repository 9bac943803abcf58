package service

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// UserOrder is an order of users by one field; who are equal in it stay in the
// order they were made in.
type UserOrder struct {
	Field     string // of UserOrderFields
	Backwards bool
}

// UserOrderFields returns the fields that users can be sorted by.
func UserOrderFields() []string {
	return []string{"email", "first_name", "last_name", "role", "status", "created_at", "last_login_at"}
}

// key appends bytes that sort as the users do. No text holds a zero byte, which
// ends it here: in either direction the shorter of two comes where it should.
func (o UserOrder) key(dst []byte, u *UserView) []byte {
	from := len(dst)
	dst = append(dst, 0)
	dst = append(o.value(dst, u), 0)
	if o.Backwards {
		for i := range dst[from:] {
			dst[from+i] ^= 0xff
		}
	}
	return dst
}

func (o UserOrder) value(dst []byte, u *UserView) []byte {
	switch o.Field {
	case "email":
		return append(dst, u.Email...)
	case "first_name":
		return append(dst, strings.ToLower(u.FirstName)...)
	case "last_name":
		return append(dst, strings.ToLower(u.LastName)...)
	case "role":
		return append(dst, u.Role...)
	case "status":
		return append(dst, u.Status...)
	case "created_at":
		return appendWhen(dst, u.CreatedAt)
	case "last_login_at":
		return appendWhen(dst, u.LastLoginAt)
	}
	return dst
}

// appendWhen appends a time; none comes before all others.
func appendWhen(dst []byte, t time.Time) []byte {
	if t.IsZero() {
		return dst
	}
	return binary.BigEndian.AppendUint64(append(dst, 1), uint64(t.UnixMicro()))
}

// SortUsers is ListUsers in another order, in memory that does not grow with the
// users. Who is deleted meanwhile is left out.
func (s *Service) SortUsers(ctx context.Context, f UserFilter, order UserOrder, piece func() UserPiece) error {
	sorter := s.store.Sorter()
	defer sorter.Close()
	number := uint64(0)
	all := f
	all.Limit = 0
	err := s.ListUsers(ctx, all, func() UserPiece { return &sortedPiece{order: order, sorter: sorter, number: &number} })
	if err != nil {
		return err
	}
	shown := sortedUsers{piece: piece(), wanted: f.Limit}
	shown.read = func(ids []account.UserID) error { return s.usersByID(ctx, ids, shown.add) }
	scanned := sorter.Each(func(_, id []byte) bool {
		err = shown.next(account.UserID(id))
		return err == nil && !shown.enough()
	})
	if err = orElse(err, scanned); err != nil {
		return err
	}
	return shown.flush()
}

// sortedPiece puts users into a sorter, by keys of which it makes ready all but
// the number.
type sortedPiece struct {
	order  UserOrder
	sorter *store.Sorter
	number *uint64 // of users so far
	keys   []byte
	users  []sortedUser
}

// sortedUser is where the key of a user ends, and who he is.
type sortedUser struct {
	end int
	id  account.UserID
}

// Add notes a user.
func (p *sortedPiece) Add(u *UserView, _ bool) {
	p.keys = p.order.key(p.keys, u)
	p.users = append(p.users, sortedUser{len(p.keys), u.ID})
}

// Write numbers the users, so that those who are equal stay in their order.
func (p *sortedPiece) Write() error {
	from := 0
	var key []byte
	for i := range p.users {
		u := &p.users[i]
		*p.number++
		key = binary.BigEndian.AppendUint64(append(key[:0], p.keys[from:u.end]...), *p.number)
		from = u.end
		if err := p.sorter.Add(key, u.id[:]); err != nil {
			return err
		}
	}
	p.keys, p.users = p.keys[:0], p.users[:0]
	return nil
}

// sortedUsers shows users by their ids, some at a time.
type sortedUsers struct {
	read   func(ids []account.UserID) error // calls add
	piece  UserPiece
	ids    []account.UserID
	wanted int // 0: all
	found  int
}

func (p *sortedUsers) enough() bool { return p.wanted > 0 && p.found == p.wanted }

func (p *sortedUsers) next(id account.UserID) error {
	if p.ids = append(p.ids, id); len(p.ids) < listChunk {
		return nil
	}
	return p.flush()
}

// add shows a user and reports whether others are wanted.
func (p *sortedUsers) add(u *UserView) bool {
	p.piece.Add(u, false)
	p.found++
	return !p.enough()
}

func (p *sortedUsers) flush() error {
	if len(p.ids) == 0 || p.enough() {
		return nil
	}
	err := p.read(p.ids)
	p.ids = p.ids[:0]
	if err != nil {
		return err
	}
	return p.piece.Write()
}

// usersByID shows users in a transaction of their own, in the given order, until
// show returns false.
func (s *Service) usersByID(ctx context.Context, ids []account.UserID, show func(*UserView) bool) error {
	return s.view(ctx, access.UserList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		for _, id := range ids {
			u, found, err := o.tx.User(o.actor.Org, id)
			if err != nil {
				return err
			}
			if !found || o.actor.Site != 0 && u.Site != o.actor.Site {
				continue
			}
			v, err := o.userView(u)
			if err != nil {
				return err
			}
			if !show(&v) {
				return nil
			}
		}
		return nil
	})
}
