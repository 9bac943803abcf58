package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// JoinMailbox makes users members of a mailbox, which must have a licence (S3).
func (s *Service) JoinMailbox(ctx context.Context, who string, many Many) ([]Done, error) {
	return s.changeMembers(ctx, access.MailboxJoin, who, many, func(o *op, m account.Mailbox, u account.User) error {
		if !m.Licensed() {
			return errUnlicensed(m.Address)
		}
		member, err := o.tx.Member(m.Org, m.ID, u.ID)
		if err != nil || member {
			return orElse(err, account.Errorf(account.Conflict, "%s is a member of %s already", u.Email, m.Address).Coded("mailbox.member"))
		}
		if err := o.tx.PutMember(m.Org, m.ID, u.ID); err != nil {
			return err
		}
		return o.emitMember(m, u, store.Personal{Field: "mailbox", To: m.Address.String()})
	})
}

// LeaveMailbox lets users go from a mailbox.
func (s *Service) LeaveMailbox(ctx context.Context, who string, many Many) ([]Done, error) {
	return s.changeMembers(ctx, access.MailboxLeave, who, many, func(o *op, m account.Mailbox, u account.User) error {
		member, err := o.tx.Member(m.Org, m.ID, u.ID)
		if err != nil || !member {
			return orElse(err, account.Errorf(account.NotFound, "%s is no member of %s", u.Email, m.Address).
				Coded("mailbox.no_member").
				Hintf("usher mailbox show %s", m.Address))
		}
		if err := o.tx.RemoveMember(m.Org, m.ID, u.ID); err != nil {
			return err
		}
		return o.emitMember(m, u, store.Personal{Field: "mailbox", From: m.Address.String()})
	})
}

func errUnlicensed(e account.Email) error {
	return account.Errorf(account.Conflict, "%s has no licence, so nobody can be added to it", e).
		Coded("mailbox.no_licence").
		Hintf("usher licence assign %s --plan PLAN", e)
}

// changeMembers runs fn for each of many users and one mailbox.
func (s *Service) changeMembers(ctx context.Context, action access.Permission, who string, many Many, fn func(*op, account.Mailbox, account.User) error) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, action, func(o *op) error {
		m, err := o.allowMailbox(who)
		if err != nil {
			return err
		}
		done, err = many.each(o, func(who string) (account.User, error) {
			u, err := o.allowUser(who)
			if err != nil {
				return u, err
			}
			return u, fn(o, m, u)
		})
		return err
	})
	return done, err
}

// emitMember adds the event of a member who came or went. It is his, and is
// found by the mailbox as well.
func (o *op) emitMember(m account.Mailbox, u account.User, change store.Personal) error {
	if err := o.emit(audit.UserRef(u.ID), u.Site, nil, change); err != nil {
		return err
	}
	return o.tx.AddUserEvent(m.Org, account.UserID(m.ID), o.tx.Head().Size, 1)
}
