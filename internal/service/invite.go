package service

import (
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
	TTL   time.Duration // 0: the usual life
	NoKey bool          // send the organisation key apart
	Send  bool          // mail the link
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
		u, err := o.invitee(in.NewUser)
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

// invitee returns the pending user of an address, made if there is none.
func (o *op) invitee(in NewUser) (account.User, error) {
	existing, found, err := o.taken(in.Email)
	if err != nil {
		return existing, err
	}
	if !found {
		return o.newInvitee(in)
	}
	if existing.ID.IsZero() {
		if err := o.allowHere(); err != nil {
			return existing, err
		}
		return existing, o.errTaken(in.Email)
	}
	if err := o.allowKnown(existing); err != nil {
		return existing, err
	}
	if existing.Status != account.StatusPending {
		return existing, account.Errorf(account.Conflict, "%s is %s, not pending", existing.Email, existing.Status).
			Coded("user.not_pending").
			Hintf("usher password reset %s", existing.Email)
	}
	return o.assignLicence(existing, in.Plan)
}

func (o *op) newInvitee(in NewUser) (account.User, error) {
	u, err := o.draftUser(in)
	if err != nil {
		return u, err
	}
	if err := o.mayAdd(u); err != nil {
		return u, err
	}
	if err := o.approved(u.Email); err != nil {
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

// redeem sets the password that a link allows to set, and signs its user in.
// The link is looked at, the password judged and hashed with nothing locked,
// then the link is consumed in the transaction that sets it.
func (s *Service) redeem(ctx context.Context, in AcceptInput, kind account.LinkKind) (SignedIn, error) {
	var user account.User
	var orgName string
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		if _, user, err = findLink(tx, in.Link, kind); err != nil {
			return err
		}
		if in.Email != "" && in.Email != user.Email {
			return keys.ErrLink()
		}
		org, _, err := tx.Organisation(user.Org)
		orgName = org.Name
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	hash, err := s.checkedHash(in.Password, orgName, user.FirstName, user.LastName, user.Email)
	if err != nil {
		return SignedIn{}, err
	}
	var signedIn SignedIn
	err = s.write(ctx, func(tx *store.Tx) (err error) {
		signedIn, err = s.consume(tx, in, kind, hash)
		return err
	})
	return signedIn, err
}

// consume uses the link up and sets the password.
func (s *Service) consume(tx *store.Tx, in AcceptInput, kind account.LinkKind, hash string) (SignedIn, error) {
	log := openLog(tx, s.env)
	l, u, err := findLink(tx, in.Link, kind)
	if err != nil {
		return SignedIn{}, err
	}
	k, err := s.redeemKey(tx, in, l)
	if err != nil {
		return SignedIn{}, err
	}
	if err := tx.RemoveUserLinks(u.ID); err != nil {
		return SignedIn{}, err
	}
	if err := s.putPassword(tx, tx.Head().Instance, u, k, hash); err != nil {
		return SignedIn{}, err
	}
	before := u
	u.Status, u.MustChange, u.UpdatedAt, u.LastLoginAt = account.StatusActive, false, tx.Now, tx.Now
	if err := tx.PutUser(u); err != nil {
		return SignedIn{}, err
	}
	if err := tx.PutTries(u.ID, account.Tries{}); err != nil {
		return SignedIn{}, err
	}
	if err := handKey(tx, u); err != nil {
		return SignedIn{}, err
	}
	signedIn, err := s.openSession(tx, u, k)
	if err != nil {
		return SignedIn{}, err
	}
	changes, _ := recordRevisions(userRevisions(before, u))
	event := audit.Event{Action: redeemAction(kind), Outcome: account.OutcomeOK, Target: audit.UserRef(u.ID), Org: u.Org, Site: u.Site, Changes: changes}
	if err := log.write(event, actorOf(u)); err != nil {
		return SignedIn{}, err
	}
	return signedIn, log.close()
}

func redeemAction(kind account.LinkKind) string {
	if kind == account.LinkInvite {
		return "invite.accept"
	}
	return "password.redeem"
}

// redeemKey returns the organisation key of the link's scope: from the link, or
// from those at hand.
func (s *Service) redeemKey(tx *store.Tx, in AcceptInput, l account.Link) (keys.OrgKey, error) {
	k, ok, err := linkKey(tx, in.Link, l)
	if err != nil || ok {
		return k, err
	}
	kept, found, err := tx.ScopeKey(l.Scope)
	if err != nil || !found {
		return k, orElse(err, keys.ErrLink())
	}
	if k, ok = matchKey(in.Keys, tx.Head().Instance, kept); !ok {
		return k, errKeyNotHeld("your account")
	}
	return k, nil
}

// handKey notes that a site has its key once its first admin accepted: its maker
// keeps it no longer.
func handKey(tx *store.Tx, u account.User) error {
	if u.Site == 0 || u.Role != account.RoleSiteAdmin {
		return nil
	}
	site, found, err := tx.Site(u.Org, u.Site)
	if err != nil || !found || !site.HandedAt.IsZero() {
		return err
	}
	site.HandedAt = tx.Now
	return tx.PutSite(site)
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
