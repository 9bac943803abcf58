package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// holder is who can have a licence: a user or a shared mailbox, the id of the
// other being zero.
type holder struct {
	user    account.User
	mailbox account.Mailbox
}

func mailboxRef(id account.MailboxID) audit.Ref { return audit.Ref{Type: "mailbox", ID: id.String()} }

// kind returns which plans the holder can have.
func (h holder) kind() account.PlanKind {
	if h.mailbox.ID.IsZero() {
		return account.PlanUser
	}
	return account.PlanMailbox
}

func (h holder) licence() account.Licence {
	if h.kind() == account.PlanMailbox {
		return h.mailbox.Licence
	}
	return h.user.Licence
}

// with returns the holder with another licence, the zero one for none.
func (h holder) with(l account.Licence) holder {
	if h.kind() == account.PlanMailbox {
		h.mailbox.Licence = l
	} else {
		h.user.Licence = l
	}
	return h
}

func (h holder) email() account.Email {
	if h.kind() == account.PlanMailbox {
		return h.mailbox.Address
	}
	return h.user.Email
}

// named returns what lists of what was done need, in the form they take it.
func (h holder) named() account.User {
	if h.kind() == account.PlanMailbox {
		return account.User{ID: account.UserID(h.mailbox.ID), Email: h.mailbox.Address}
	}
	return h.user
}

// findHolder finds a user or a mailbox of the actor's organisation by address
// or id.
func (o *op) findHolder(who string) (holder, bool, error) {
	m, found, err := o.findMailbox(who)
	if err != nil || found {
		return holder{mailbox: m}, found, err
	}
	u, found, err := o.findUser(who)
	return holder{user: u}, found, err
}

// allowHolder finds a user or a mailbox and asks whether the actor may do the
// operation's action to him or it. Mailboxes are the organisation's: an admin
// of a site does not see them.
func (o *op) allowHolder(who string) (holder, error) {
	h, found, err := o.findHolder(who)
	if err != nil {
		return h, err
	}
	if h.kind() == account.PlanMailbox {
		err = o.allow(o.mailboxTarget(), mailboxRef(h.mailbox.ID), errNoUser(who))
	} else {
		err = o.allowFound(o.action, h.user, found, who)
	}
	if err != nil {
		return o.seenHolder(h), err
	}
	return h, nil
}

// seenHolder returns what an actor may learn of a holder he was refused.
func (o *op) seenHolder(h holder) holder {
	if h.kind() == account.PlanMailbox && !access.Allow(o.actor.Actor, access.MailboxShow, o.mailboxTarget()).OK() {
		return holder{}
	}
	h.user = o.asSeen(h.user)
	return h
}

// allowAlso asks for one more action on a holder.
func (o *op) allowAlso(action access.Permission, h holder) error {
	unseen := func() error { return errNoUser(h.email().String()) }
	if h.kind() == account.PlanMailbox {
		return o.allowAction(action, o.mailboxTarget(), mailboxRef(h.mailbox.ID), unseen)
	}
	target, err := o.userTarget(h.user)
	if err != nil {
		return err
	}
	ref := audit.UserRef(h.user.ID)
	return o.allowAction(action, target, ref, unseen)
}

// putHolder writes a holder with the event of what became of the licence. One
// to whom nothing happened makes no event.
func (o *op) putHolder(old, now holder) error {
	if now.kind() == account.PlanUser {
		return o.putLicensedUser(old.user, now.user)
	}
	if old.mailbox.Licence == now.mailbox.Licence {
		return nil
	}
	now.mailbox.UpdatedAt = o.tx.Now
	if err := o.tx.PutMailbox(now.mailbox); err != nil {
		return err
	}
	licence := licenceRevisions(old.mailbox.Licence, now.mailbox.Licence)
	changes, _ := recordRevisions(licence[:])
	return o.emit(mailboxRef(now.mailbox.ID), 0, changes)
}

func (o *op) putLicensedUser(old, now account.User) error {
	if old == now {
		return nil
	}
	now.UpdatedAt = o.tx.Now
	if err := o.tx.PutUser(now); err != nil {
		return err
	}
	changes, _ := recordRevisions(userRevisions(old, now))
	return o.emit(audit.UserRef(now.ID), now.Site, changes)
}

func licenceRevisions(from, to account.Licence) [2]revision {
	return [...]revision{
		{"licence.plan", string(from.Plan), string(to.Plan), false},
		{"licence.state", string(from.PlanState), string(to.PlanState), false},
	}
}

// IdleMailbox is a mailbox that lost its licence: its members stay listed but
// are inactive until it has one again.
type IdleMailbox struct {
	Address account.Email
	Members int
}

// idle returns what there is to say of a holder who lost his licence: of a
// mailbox with members.
func (o *op) idle(h holder) ([]IdleMailbox, error) {
	if h.kind() != account.PlanMailbox {
		return nil, nil
	}
	members, err := o.tx.Members(h.mailbox.Org, h.mailbox.ID)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	return []IdleMailbox{{Address: h.mailbox.Address, Members: len(members)}}, nil
}

// changeHolders runs fn for each of many holders whom the actor may do the
// action to.
func (s *Service) changeHolders(ctx context.Context, action access.Permission, many Many, fn func(*op, holder) error) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, action, func(o *op) (err error) {
		done, err = many.each(o, func(who string) (account.User, error) {
			if err := interrupted(ctx); err != nil {
				return account.User{}, err
			}
			h, err := o.allowHolder(who)
			if err != nil {
				return h.named(), err
			}
			return h.named(), fn(o, h)
		})
		return err
	})
	return done, err
}
