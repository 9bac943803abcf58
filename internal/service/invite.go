package service

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// Invite is an invitation to make: of a new user, or a fresh link for one who
// is pending.
type Invite struct {
	NewUser
	Known account.UserID // a user who is there, in the place of an address; zero: none
	TTL   time.Duration  // 0: the usual life
	NoKey bool           // send the organisation key apart
	Send  bool           // mail the link
}

// Invitation is a pending user with the link that was made for him.
type Invitation struct {
	UserView
	Link      MadeLink
	CreatedAt time.Time
	CreatedBy account.Email
	BringsKey bool
}

// InviteLink makes an invitation link, and the pending user if there is none
// (G1 to G5). It carries the organisation key if the inviter holds it.
func (s *Service) InviteLink(ctx context.Context, in Invite) (Invitation, error) {
	var inv Invitation
	if err := s.needMail(in.Send); err != nil {
		return inv, err
	}
	err := s.change(ctx, access.InviteLink, func(o *op) error {
		u, err := o.invitee(in)
		if err != nil {
			return err
		}
		if inv, err = o.invite(u, in); err != nil || !in.Send {
			return err
		}
		return o.sendLink(account.LetterInvitation, u, inv.Link, inv.BringsKey)
	})
	return inv, err
}

// invite makes the link for a pending user.
func (o *op) invite(u account.User, in Invite) (inv Invitation, err error) {
	var carried *keys.OrgKey
	if !in.NoKey {
		if carried, err = o.heldKey(u.Scope()); err != nil {
			return inv, err
		}
	}
	if inv.Link, err = o.makeLink(u, account.LinkInvite, in.TTL, carried); err != nil {
		return inv, err
	}
	if err := o.emitAs(string(access.InviteLink), audit.UserRef(u.ID), u.Site, nil); err != nil {
		return inv, err
	}
	inv.CreatedAt, inv.CreatedBy, inv.BringsKey = o.tx.Now, o.actor.user.Email, carried != nil
	inv.UserView, err = o.userView(u)
	return inv, err
}

// heldKey returns the key of a scope if who acts holds it.
func (o *op) heldKey(scope account.Scope) (*keys.OrgKey, error) {
	k, err := o.orgKey(scope)
	switch {
	case err == nil:
		return &k, nil
	case account.CodeOf(err) == "key.not_held":
		return nil, nil
	}
	return nil, err
}

// invitee returns the pending user of an id, or of an address, made if there is
// none.
func (o *op) invitee(in Invite) (account.User, error) {
	if !in.Known.IsZero() {
		existing, err := o.allowUser(in.Known.String())
		if err != nil {
			return existing, err
		}
		return o.knownInvitee(in.NewUser, existing)
	}
	existing, found, err := o.taken(in.Email)
	if err != nil {
		return existing, err
	}
	if !found {
		return o.newInvitee(in.NewUser)
	}
	if existing.ID.IsZero() {
		if err := o.allowHere(); err != nil {
			return existing, err
		}
		return existing, o.errElsewhere(in.Email)
	}
	if err := o.allowKnown(existing); err != nil {
		return existing, err
	}
	return o.knownInvitee(in.NewUser, existing)
}

// knownInvitee returns a user who is there, if he is pending and is what the
// invitation says.
func (o *op) knownInvitee(in NewUser, existing account.User) (account.User, error) {
	if existing.Status != account.StatusPending {
		return existing, account.Errorf(account.Conflict, "%s is %s, not pending", existing.Email, existing.Status).
			Coded("user.not_pending").
			Hintf("usher password reset %s", existing.Email)
	}
	if err := o.sameInvitee(in, existing); err != nil {
		return existing, err
	}
	return o.assignLicence(existing, in.Plan)
}

// sameInvitee refuses an invitation that asks for something else than the
// pending user is: a fresh link changes nobody.
func (o *op) sameInvitee(in NewUser, u account.User) error {
	site, err := siteSlug(o.tx, u.Org, u.Site)
	if err != nil {
		return err
	}
	for _, field := range []struct{ name, want, is string }{
		{"type", string(in.Type), string(u.Type)},
		{"role", string(in.Role), string(u.Role)},
		{"site", string(in.Site), string(site)},
		{"first name", in.FirstName, u.FirstName},
		{"last name", in.LastName, u.LastName},
		{"locale", string(in.Locale), string(u.Locale)},
	} {
		if field.want != "" && field.want != field.is {
			return account.Errorf(account.Conflict, "%s is there already, with the %s %q", u.Email, field.name, cmp.Or(field.is, account.None)).
				Coded("user.differs").
				Hintf("usher user edit %s changes him; then make the link", u.Email)
		}
	}
	return nil
}

func (o *op) newInvitee(in NewUser) (account.User, error) {
	u, err := o.newcomer(in)
	if err != nil {
		return u, err
	}
	if u, err = o.withLicence(u, in.Plan); err != nil {
		return u, err
	}
	return u, o.putNewUser(u, string(access.UserAdd))
}

// ListInvites returns the invitations that can still be accepted.
func (s *Service) ListInvites(ctx context.Context) ([]Invitation, error) {
	var list []Invitation
	err := s.view(ctx, access.InviteList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		return o.tx.FacetUsers(o.actor.Org, store.FacetStatus, string(account.StatusPending), account.UserID{}, func(u account.User) (bool, error) {
			if o.actor.Site != 0 && u.Site != o.actor.Site {
				return true, nil
			}
			links, err := o.tx.UserLinks(u.ID, account.LinkInvite)
			if err != nil || len(links) == 0 || !o.tx.Now.Before(links[0].ExpiresAt) {
				return true, err
			}
			inv, err := o.invitation(u, links[0])
			list = append(list, inv)
			return true, err
		})
	})
	return list, err
}

func (o *op) invitation(u account.User, l account.Link) (Invitation, error) {
	inv := Invitation{Link: MadeLink{Expires: l.ExpiresAt, mailed: &l.Sent}, CreatedAt: l.CreatedAt, BringsKey: len(l.Carried) > 0}
	by, err := o.tx.UserName(u.Org, l.CreatedBy)
	if err != nil {
		return inv, err
	}
	inv.CreatedBy = by.Email
	inv.UserView, err = o.userView(u)
	return inv, err
}

// RevokeInvites ends the invitation links of pending users; the users stay.
func (s *Service) RevokeInvites(ctx context.Context, many Many) ([]Done, error) {
	return s.changeUsers(ctx, access.InviteRevoke, many, (*op).revokeInvite)
}

func (o *op) revokeInvite(u account.User) error {
	links, err := o.tx.UserLinks(u.ID, account.LinkInvite)
	if err != nil {
		return err
	}
	if len(links) == 0 {
		return account.Errorf(account.NotFound, "%s has no invitation", u.Email).Coded("invite.not_found").Hintf("usher invite list")
	}
	if err := o.tx.RemoveUserLinks(u.ID, account.LinkInvite); err != nil {
		return err
	}
	return o.emit(audit.UserRef(u.ID), u.Site, nil)
}

// AcceptInput is what an invited person gives. Keys are those at hand, where
// the link brings none.
type AcceptInput struct {
	Link     LinkInput
	Email    account.Email
	Password password.Plain
	Keys     []keys.OrgKey
}

// AcceptInvite sets the first password of an invited user and signs him in (G6,
// G7). Nobody needs to be signed in; the link proves.
func (s *Service) AcceptInvite(ctx context.Context, in AcceptInput) (SignedIn, error) {
	if err := s.signedOut(ctx); err != nil {
		return SignedIn{}, err
	}
	return s.redeem(ctx, in, account.LinkInvite)
}

// signedOut makes sure that nobody is signed in on this device.
func (s *Service) signedOut(ctx context.Context) error {
	return s.store.View(ctx, func(tx *store.Tx) error {
		who, err := s.loadActor(tx)
		switch {
		case err == nil:
			return account.Errorf(account.Conflict, "%s is signed in on this device", who.user.Email).
				Coded("auth.signed_in").
				Hintf("usher logout")
		case errors.Is(err, context.Canceled), account.KindOf(err) != account.Unauthenticated:
			return err
		}
		return nil
	})
}
