package service

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
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

// key returns bytes that sort as the users do. No text holds a zero byte, which
// ends it here: in either direction the shorter of two comes where it should.
func (o UserOrder) key(dst []byte, u *UserView, number uint64) []byte {
	dst = append(dst, 0)
	dst = append(o.value(dst, u), 0)
	if o.Backwards {
		for i := range dst {
			dst[i] ^= 0xff
		}
	}
	return binary.BigEndian.AppendUint64(dst, number)
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
func (s *Service) SortUsers(ctx context.Context, f UserFilter, order UserOrder, page func([]UserView) error) error {
	sorter := s.store.Sorter()
	defer sorter.Close()
	var key []byte
	number := uint64(0)
	err := s.ListUsers(ctx, f, func(users []UserView) error {
		for i := range users {
			number++
			key = order.key(key[:0], &users[i], number)
			if err := sorter.Add(key, users[i].ID[:]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var ids []account.UserID
	flush := func() error {
		users, err := s.usersByID(ctx, ids)
		ids = ids[:0]
		if err != nil {
			return err
		}
		return page(users)
	}
	scanned := sorter.Each(func(_, id []byte) bool {
		if ids = append(ids, account.UserID(id)); len(ids) == listChunk {
			err = flush()
		}
		return err == nil
	})
	if err == nil {
		err = scanned
	}
	if err == nil && len(ids) > 0 {
		err = flush()
	}
	return err
}

// usersByID reads users in a transaction of their own, in the given order.
func (s *Service) usersByID(ctx context.Context, ids []account.UserID) (users []UserView, err error) {
	err = s.view(ctx, access.UserList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		users = slices.Grow(users, len(ids))
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
			users = append(users, v)
		}
		return nil
	})
	return users, err
}
