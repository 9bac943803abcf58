package service

import (
	"context"
	"strconv"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// A rotation gives a scope another organisation key and loses nothing: every
// password and every stored password is opened and sealed anew in one
// transaction. Whoever knew the old key knows nothing any more: sessions, links
// and tokens that carry it end, and the stored passwords get another vault key.
// The new key goes out by links.

// Rotation says which scope gets which key.
type Rotation struct {
	Site account.Slug // "" for the actor's own scope
	Key  keys.OrgKey  // the new one
	TTL  time.Duration
	Send bool // mail the links
	// Plan is what was stated beforehand, zero for nothing. Where the key was
	// replaced since, the rotation is refused.
	Plan RotationPlan
}

// RotationPlan says whose key a rotation replaces.
type RotationPlan struct {
	Name  string // of the scope
	Users int
	check [16]byte // of the key that is replaced
}

// PlanRotation returns what a rotation is about, and finds what stands in its
// way, but for a password that has to be given again.
func (s *Service) PlanRotation(ctx context.Context, in Rotation) (RotationPlan, error) {
	var plan RotationPlan
	if err := s.needMail(in.Send); err != nil {
		return plan, err
	}
	err := s.view(ctx, access.OrgkeyRotate, func(o *op) error {
		scope, err := o.allowScope(in.Site)
		if err != nil {
			return err
		}
		k, err := o.orgKey(scope)
		if err != nil {
			return err
		}
		shown, err := o.shownKey(scope, k)
		if err != nil {
			return err
		}
		users, err := o.scopeUsers(scope)
		plan = RotationPlan{Name: shown.Name, Users: len(users), check: k.CheckValue(o.tx.Head().Instance, scope)}
		return err
	})
	return plan, err
}

// RotatedKey is what a rotation did.
type RotatedKey struct {
	ShownKey
	Instance account.InstanceID
	Users    int // passwords sealed anew
	Secrets  int
	Links    []RotationLink
	// Session is that of who did it, where his own scope got the key; else nil.
	Session *SignedIn
}

// RotationLink brings a user the new key, or a pending one his invitation with
// it.
type RotationLink struct {
	Email account.Email
	Kind  account.LinkKind
	Link  MadeLink
}

// RotateKey replaces the organisation key of a scope (P7). It asks for the
// password again.
func (s *Service) RotateKey(ctx context.Context, in Rotation) (RotatedKey, error) {
	if err := s.needMail(in.Send); err != nil {
		return RotatedKey{}, err
	}
	var r rotation
	err := s.change(ctx, access.OrgkeyRotate, func(o *op) error {
		scope, err := o.allowScope(in.Site)
		if err != nil {
			return err
		}
		if err := o.provenToChange(); err != nil {
			return err
		}
		if in.Plan.check != [16]byte{} {
			if err := o.unreplaced(scope, in.Plan.check); err != nil {
				return err
			}
		}
		old, err := o.orgKey(scope)
		if err != nil {
			return err
		}
		r = rotation{Rotation: in, o: o, scope: scope, old: old}
		return r.run()
	})
	return r.done, s.settleKey(r.done.Instance, r.scope, r.expected, err)
}

// unreplaced makes sure that the key of a scope is still the one that left a check
// value: what was said of it beforehand must be what happens.
func (o *op) unreplaced(scope account.Scope, check [16]byte) error {
	kept, _, err := o.tx.ScopeKey(scope)
	if err == nil && kept.Check != check {
		err = account.Errorf(account.Conflict, "the organisation key of %s was replaced by somebody else meanwhile; nothing was changed", o.scopeName(scope)).
			Coded("orgkey.replaced").
			Hintf("see who did it: usher logs --since 1h")
	}
	return err
}

// settleKey takes back what the device was told to expect if the key did not
// become the one of its scope.
func (s *Service) settleKey(instance account.InstanceID, scope account.Scope, expected bool, err error) error {
	if !expected || err == nil || account.KindOf(err) == account.Partial || account.KindOf(err) == account.OutcomeUnknown {
		return err
	}
	if dropped := s.env.Device.DropExpected(instance, scope); dropped != nil {
		s.env.Warn("this device could not drop the key that was not used: " + dropped.Error())
	}
	return err
}

// expectKey lets the device keep a key that this transaction is about to make
// the one of a scope: killed between commit and result, nobody else would have
// it.
func (o *op) expectKey(scope account.Scope, k keys.OrgKey) (bool, error) {
	if o.svc.env.DryRun {
		return false, nil
	}
	return true, o.svc.env.Device.ExpectKey(o.tx.Head().Instance, scope, k)
}

// rotation is one rotation under way.
type rotation struct {
	Rotation
	o        *op
	scope    account.Scope
	old      keys.OrgKey
	done     RotatedKey
	expected bool
}

func (r *rotation) run() (err error) {
	r.done.Instance = r.o.tx.Head().Instance
	if r.done.ShownKey, err = r.o.shownKey(r.scope, r.Key); err != nil {
		return err
	}
	kept, _, err := r.o.tx.ScopeKey(r.scope)
	if err != nil {
		return err
	}
	if kept, err = r.resealVault(kept); err != nil {
		return err
	}
	if err := r.resealUsers(); err != nil {
		return err
	}
	if err := r.o.endKeyTokens(r.scope); err != nil {
		return err
	}
	if err := r.o.tx.PutScopeKey(kept); err != nil {
		return err
	}
	if err := r.o.emit(scopeRef(r.scope), r.scope.Site, countChanges(r.done.Users, r.done.Secrets)); err != nil {
		return err
	}
	if err := r.goOn(); err != nil {
		return err
	}
	r.expected, err = r.o.expectKey(r.scope, r.Key)
	return err
}

// countChanges says in an event how many passwords and stored passwords it is
// about.
func countChanges(users, secrets int) []audit.Change {
	return []audit.Change{{Field: "users", To: strconv.Itoa(users)}, {Field: "secrets", To: strconv.Itoa(secrets)}}
}

// resealVault seals the stored passwords under a fresh vault key, and makes what
// is kept of the new organisation key, in escrow where the old one was.
func (r *rotation) resealVault(kept account.ScopeKey) (account.ScopeKey, error) {
	before, err := r.o.vaultOf(kept, r.old)
	if err != nil {
		return kept, err
	}
	var system []byte
	if len(kept.Escrow) > 0 {
		in, err := r.o.tx.Instance()
		if err != nil {
			return kept, err
		}
		system = in.System
	}
	fresh, err := r.o.svc.newScopeKey(r.done.Instance, r.scope, system, r.Key)
	if err != nil {
		return kept, err
	}
	after, err := r.o.vaultOf(fresh, r.Key)
	if err != nil {
		return kept, err
	}
	r.done.Secrets, err = before.moveTo(after)
	return fresh, err
}

// eachScopeUser calls fn with every user of a scope. The list of them is read before, so fn
// may change and delete them.
func (o *op) eachScopeUser(scope account.Scope, fn func(account.User) error) error {
	ids, err := o.scopeUsers(scope)
	if err != nil {
		return err
	}
	for _, id := range ids {
		u, found, err := o.tx.User(scope.Org, id)
		if err != nil || !found {
			return orElse(err, errNoSuch("user", id.String()))
		}
		if err := fn(u); err != nil {
			return err
		}
	}
	return nil
}

// resealUsers seals the password of every user of the scope anew, ends his
// sessions and links, and makes him a link with the new key.
func (r *rotation) resealUsers() error {
	return r.o.eachScopeUser(r.scope, r.resealUser)
}

func (r *rotation) resealUser(u account.User) error {
	resealed, err := r.resealPassword(u)
	if err != nil {
		return err
	}
	invited, err := r.o.invited(u)
	if err != nil {
		return err
	}
	sessions, err := r.o.endSessions(u.ID)
	if err != nil {
		return err
	}
	if err := r.o.tx.RemoveUserLinks(u.ID); err != nil {
		return err
	}
	linked, err := r.link(u, invited)
	if err != nil || !resealed && !linked && sessions == 0 {
		return err
	}
	changes, _ := recordRevisions([]revision{ended("sessions", sessions)})
	return r.o.emit(audit.UserRef(u.ID), u.Site, changes)
}

// resealPassword brings a user's password from the old key under the new one.
func (r *rotation) resealPassword(u account.User) (bool, error) {
	c, found, err := r.o.tx.Credential(u.Org, u.ID)
	if err != nil || !found {
		return false, err
	}
	hash, err := openPassword(r.done.Instance, u, r.old, c)
	if err != nil {
		return false, errDoesNotOpen("the password of "+u.Email.String(), err)
	}
	if c.Sealed, err = r.o.svc.sealPassword(r.done.Instance, u, r.Key, hash); err != nil {
		return false, err
	}
	r.done.Users++
	return true, r.o.tx.PutCredential(u.Org, c)
}

// link makes the link that brings a user the new key: an active one to his
// device, a pending one who was invited a fresh invitation. Who rotates has the
// key already.
func (r *rotation) link(u account.User, invited bool) (bool, error) {
	kind, letter := account.LinkOrgKey, account.LetterOrgKey
	switch {
	case u.Status == account.StatusActive && u.ID != r.o.actor.User:
	case u.Status == account.StatusPending && invited:
		kind, letter = account.LinkInvite, account.LetterInvitation
	default:
		return false, nil
	}
	link, err := r.o.makeLink(u, kind, r.TTL, &r.Key)
	if err != nil {
		return false, err
	}
	r.done.Links = append(r.done.Links, RotationLink{Email: u.Email, Kind: kind, Link: link})
	if !r.Send {
		return true, nil
	}
	return true, r.o.sendLink(letter, u, link, true)
}

// goOn opens a fresh session for who rotated the key of his own scope: he gave
// his password just now.
func (r *rotation) goOn() error {
	if r.o.actor.Kind != access.User || r.o.actor.user.Scope() != r.scope {
		return nil
	}
	in, err := r.o.svc.openSession(r.o.tx, r.o.actor.user, r.Key)
	r.done.Session = &in
	return err
}
