package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// MailboxView is a shared mailbox as commands show it.
type MailboxView struct {
	account.Mailbox
	Members []account.Email // active while the mailbox has a licence
}

// NewMailbox is what a shared mailbox is made of.
type NewMailbox struct {
	Address account.Email
	Name    string
	Plan    account.PlanName // "": no licence yet
}

func errNoMailbox(who string) error {
	return errNoSuch("mailbox", who).Hintf("usher mailbox list")
}

func errMailboxExists(e account.Email) error {
	return account.Errorf(account.Conflict, "%s is the address of a shared mailbox already", e).
		Coded("mailbox.exists").
		Hintf("one address belongs to one user or mailbox; an alias is another address: %s", e.WithTag("2"))
}

// errTaken says to whom an address belongs already, a mailbox only to who may
// know of it.
func (o *op) errTaken(e account.Email) error {
	h, found, err := o.tx.Address(e)
	if err != nil {
		return err
	}
	if found && h.Org == o.actor.Org && !h.Mailbox.IsZero() && o.actor.Site == 0 {
		return errMailboxExists(e)
	}
	return errUserExists(e)
}

// findMailbox finds a mailbox of the actor's organisation by address or id.
func (o *op) findMailbox(who string) (account.Mailbox, bool, error) {
	if id, ok := account.ParseUserID(who); ok {
		return o.tx.Mailbox(o.actor.Org, account.MailboxID(id))
	}
	email, err := account.ParseEmail(who)
	if err != nil {
		return account.Mailbox{}, false, err
	}
	h, found, err := o.tx.Address(email)
	if err != nil || !found || h.Org != o.actor.Org || h.Mailbox.IsZero() {
		return account.Mailbox{}, false, err
	}
	return o.tx.Mailbox(h.Org, h.Mailbox)
}

// mailboxTarget is every mailbox to access: they belong to the organisation.
func (o *op) mailboxTarget() access.Target { return access.Target{Org: o.actor.Org} }

// allowMailbox finds a mailbox and asks whether the actor may do the
// operation's action to it.
func (o *op) allowMailbox(who string) (account.Mailbox, error) {
	m, found, err := o.findMailbox(who)
	if err != nil {
		return m, err
	}
	ref := audit.Ref{}
	if found {
		ref = mailboxRef(m.ID)
	}
	if err := o.allow(o.mailboxTarget(), ref, errNoMailbox(who)); err != nil {
		return m, err
	}
	if !found {
		return m, errNoMailbox(who)
	}
	return m, nil
}

func (o *op) mailboxView(m account.Mailbox) (MailboxView, error) {
	v := MailboxView{Mailbox: m}
	members, err := o.tx.Members(m.Org, m.ID)
	if err != nil {
		return v, err
	}
	for _, id := range members {
		name, err := o.tx.UserName(m.Org, id)
		if err != nil {
			return v, err
		}
		v.Members = append(v.Members, name.Email)
	}
	return v, nil
}

// AddMailbox makes a shared mailbox, with a licence if one is wanted (S3).
func (s *Service) AddMailbox(ctx context.Context, in NewMailbox) (MailboxView, error) {
	var v MailboxView
	err := s.change(ctx, access.MailboxAdd, func(o *op) error {
		if err := o.allowOrg(audit.Ref{}); err != nil {
			return err
		}
		m, err := o.draftMailbox(in)
		if err != nil {
			return err
		}
		v, err = o.storeNewMailbox(m)
		return err
	})
	return v, err
}

// draftMailbox makes the record of a new mailbox after asking whether it can be
// there.
func (o *op) draftMailbox(in NewMailbox) (account.Mailbox, error) {
	m := account.Mailbox{Org: o.actor.Org, Address: in.Address, Name: in.Name, CreatedAt: o.tx.Now, UpdatedAt: o.tx.Now}
	if err := o.mayTake(in.Address); err != nil {
		return m, err
	}
	id, err := account.NewUserID(o.tx.Now, o.svc.env.Random)
	if err != nil {
		return m, err
	}
	m.ID = account.MailboxID(id)
	if in.Plan == "" {
		return m, nil
	}
	if err := o.allowAlso(access.LicenceAssign, holder{mailbox: m}); err != nil {
		return m, err
	}
	h, err := o.seat(holder{mailbox: m}, in.Plan)
	return h.mailbox, err
}

func (o *op) storeNewMailbox(m account.Mailbox) (MailboxView, error) {
	if err := o.tx.PutMailbox(m); err != nil {
		return MailboxView{}, err
	}
	return MailboxView{Mailbox: m}, o.emitMailbox(account.Mailbox{}, m)
}

// emitMailbox adds the event of what changed from one state of a mailbox to
// another. Its address and name lie in the log's index.
func (o *op) emitMailbox(from, to account.Mailbox) error {
	licence := licenceRevisions(from.Licence, to.Licence)
	changes, personal := recordRevisions([]revision{
		{"email", from.Address.String(), to.Address.String(), true},
		{"name", from.Name, to.Name, true},
		licence[0], licence[1],
	})
	id := to.ID
	if id.IsZero() {
		id = from.ID
	}
	return o.emit(mailboxRef(id), 0, changes, personal...)
}

// ShowMailbox returns one shared mailbox by address or id.
func (s *Service) ShowMailbox(ctx context.Context, who string) (MailboxView, error) {
	var v MailboxView
	err := s.view(ctx, access.MailboxShow, func(o *op) error {
		m, err := o.allowMailbox(who)
		if err != nil {
			return err
		}
		v, err = o.mailboxView(m)
		return err
	})
	return v, err
}

// mailboxChunk is how many mailboxes one transaction of a list reads, each with
// its members.
const mailboxChunk = 100

// ListMailboxes calls page with the shared mailboxes in the order they were
// made, until page returns an error. Nothing is locked while page runs.
func (s *Service) ListMailboxes(ctx context.Context, page func([]MailboxView) error) error {
	var behind account.MailboxID
	for {
		var views []MailboxView
		err := s.view(ctx, access.MailboxList, func(o *op) error {
			if err := o.allowOrg(audit.Ref{}); err != nil {
				return err
			}
			return o.tx.Mailboxes(o.actor.Org, behind, func(m account.Mailbox) (bool, error) {
				v, err := o.mailboxView(m)
				views = append(views, v)
				return len(views) < mailboxChunk, err
			})
		})
		if err != nil {
			return err
		}
		if err := page(views); err != nil || len(views) < mailboxChunk {
			return err
		}
		behind = views[len(views)-1].ID
	}
}

// DeleteMailbox deletes a shared mailbox for good and returns what it was. Its
// seat is free again, its members are let go, its events stay.
func (s *Service) DeleteMailbox(ctx context.Context, who string) (MailboxView, error) {
	var v MailboxView
	err := s.change(ctx, access.MailboxDelete, func(o *op) error {
		m, err := o.allowMailbox(who)
		if err != nil {
			return err
		}
		if v, err = o.mailboxView(m); err != nil {
			return err
		}
		if err := o.tx.RemoveMailbox(m); err != nil {
			return err
		}
		return o.emitMailbox(m, account.Mailbox{})
	})
	return v, err
}
