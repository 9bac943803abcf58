package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// A reset is what is left when the organisation key of a scope is lost (P7). What
// was sealed under it is lost with it, so every user and every stored password of
// the scope goes, for good and out of the file; somebody new begins with a new
// key. Pools, domains, roles, mailboxes and events stay, and so does every other
// scope.

// KeyReset says which scope gets which key, and who begins anew with it.
type KeyReset struct {
	Site     account.Slug // "" for the organisation itself
	Key      keys.OrgKey  // the new one
	Email    account.Email
	Password password.Plain // zero: he is invited by a link that brings the key
	TTL      time.Duration
	Send     bool // mail the link
	// Plan is what was stated beforehand. Where the key was replaced since, the
	// reset is refused.
	Plan ResetPlan
}

// ResetPlan is what a reset deletes.
type ResetPlan struct {
	Name        string       // of the scope
	Slug        account.Slug // that confirms it: of the organisation or the site
	Org         account.Slug // of the organisation, which confirms it as well
	Users       int
	Secrets     int
	Seats       int // that become free
	Invitations int
	Tokens      int
	check       [16]byte // of the key that is replaced
}

// ResetKey is what a reset did. Deleted are the numbers of ResetPlan.
type ResetKey struct {
	ShownKey
	Instance account.InstanceID
	Deleted  ResetPlan
	Admin    account.User
	Link     MadeLink // his invitation; zero where he has a password
	// Session is his, where the organisation's key was reset and he has a
	// password; else nil.
	Session *SignedIn
	// SignedOut reports whether who did it was a user of the scope.
	SignedOut bool
	// Copies are databases in the same folder that still have what was deleted.
	Copies []string
}

// PlanReset returns what a reset would delete, and finds what stands in its way,
// by doing it and taking it back.
func (s *Service) PlanReset(ctx context.Context, in KeyReset) (ResetPlan, error) {
	r := reset{KeyReset: in, planning: true}
	err := s.resetDoor(ctx, s.store.Try, func(o *op) error { return r.run(o, "") })
	return r.done.Deleted, err
}

// ResetKey gives a scope a new organisation key and a new owner, or site admin,
// and deletes what was sealed under the old one. It takes the owner's session or
// the system key.
func (s *Service) ResetKey(ctx context.Context, in KeyReset) (ResetKey, error) {
	if err := s.needMail(in.Send); err != nil {
		return ResetKey{}, err
	}
	hash, err := s.resetHash(ctx, in)
	if err != nil {
		return ResetKey{}, err
	}
	r := reset{KeyReset: in}
	var unscrubbed error
	err = s.resetDoor(ctx, s.scrubbing(&unscrubbed), func(o *op) error { return r.run(o, hash) })
	r.done.Copies = s.store.Copies()
	return r.done, s.settleKey(r.done.Instance, r.scope, r.expected, bothErrors(unscrubbed, err))
}

// scrubbing returns the transaction after which nothing can be read in the file
// that was deleted in it. Where only the old blocks could not be overwritten, the
// change is made; the error of that goes apart.
func (s *Service) scrubbing(unscrubbed *error) transaction {
	if s.env.DryRun {
		return s.store.Try
	}
	return func(ctx context.Context, fn func(*store.Tx) error) error {
		err := s.store.RewriteScrubbed(ctx, fn)
		if account.KindOf(err) == account.Partial {
			*unscrubbed, err = err, nil
		}
		return err
	}
}

// resetHash judges and hashes the new owner's password, with nothing locked.
func (s *Service) resetHash(ctx context.Context, in KeyReset) (string, error) {
	if in.Password.IsZero() {
		return "", nil
	}
	r := reset{KeyReset: in}
	var limits rules
	err := s.resetView(ctx, func(o *op) (err error) {
		if err := r.begin(o); err != nil {
			return err
		}
		limits, err = readRules(o.tx, account.User{Org: r.scope.Org, Site: r.scope.Site, Email: in.Email})
		return err
	})
	if err != nil {
		return "", err
	}
	return s.checkedHash(in.Password, limits)
}

// resetDoor is the door of a reset: for the system user where his key is given,
// else for who is signed in.
func (s *Service) resetDoor(ctx context.Context, run transaction, fn func(*op) error) error {
	if s.env.SystemKey != nil {
		return s.systemDoor(ctx, run, string(access.OrgkeyReset), fn)
	}
	return resetHint(s.changeIn(ctx, run, access.OrgkeyReset, fn))
}

// resetView is resetDoor for what only looks.
func (s *Service) resetView(ctx context.Context, fn func(*op) error) error {
	if s.env.SystemKey != nil {
		return s.viewAsSystem(ctx, string(access.OrgkeyReset), fn)
	}
	return resetHint(s.view(ctx, access.OrgkeyReset, fn))
}

func resetHint(err error) error {
	return orHint(err, "auth.not_signed_in", "usher login EMAIL; where nobody can sign in any more: --system-key-file FILE")
}

// reset is one reset under way.
type reset struct {
	KeyReset
	planning bool
	o        *op
	org      account.Organisation
	scope    account.Scope
	kept     account.ScopeKey
	done     ResetKey
	expected bool
}

// begin asks for permission and finds what is to be reset.
func (r *reset) begin(o *op) (err error) {
	r.o = o
	if o.actor.Kind == access.System {
		if err := o.theOrganisation(); err != nil {
			return err
		}
	}
	if r.org, err = o.organisation(); err != nil {
		return err
	}
	r.scope = account.Scope{Org: r.org.ID}
	r.done.Deleted.Slug, r.done.Deleted.Org = r.org.Slug, r.org.Slug
	if r.Site != "" {
		site, err := o.findSite(r.Site)
		if err != nil {
			return orElse(r.allow(), err)
		}
		r.scope.Site, r.done.Deleted.Slug = site.ID, site.Slug
	}
	if err := r.allow(); err != nil {
		return err
	}
	r.done.Instance = o.tx.Head().Instance
	kept, found, err := o.tx.ScopeKey(r.scope)
	r.kept, r.done.Deleted.check = kept, kept.Check
	if err == nil && !found {
		err = errNoSuch("key scope", r.scope.String())
	}
	return err
}

// allow asks for permission. A reset deletes the owner, or what is his, so it is
// asked for as an act on him: only he himself may. The system key is enough.
func (r *reset) allow() error {
	if r.o.actor.Kind == access.System {
		return nil
	}
	owner, _ := access.BuiltIn(account.RoleOwner)
	target := access.Target{Org: r.org.ID, Site: r.scope.Site, User: r.org.Owner, May: owner, Owner: true}
	return r.o.allow(target, scopeRef(r.scope), errNoSuch("site", string(r.Site)))
}

func (r *reset) run(o *op, hash string) (err error) {
	if err := r.begin(o); err != nil {
		return err
	}
	if err := r.mayGoOn(); err != nil {
		return err
	}
	if err := r.remove(); err != nil {
		return err
	}
	if err := r.renewKey(); err != nil {
		return err
	}
	u, err := r.newAdmin(hash != "")
	if err != nil || r.planning {
		return err
	}
	owner, err := r.handOver(u)
	if err != nil {
		return err
	}
	changes, _ := recordRevisions(append(r.done.Deleted.revisions(), owner))
	if err := r.o.emit(scopeRef(r.scope), r.scope.Site, changes); err != nil {
		return err
	}
	if err := r.appoint(u, hash); err != nil {
		return err
	}
	r.expected, err = r.o.expectKey(r.scope, r.Key)
	return err
}

// mayGoOn makes sure that it is no token that resets, and that nobody replaced
// the key since it was said what will be gone. The password is not asked for
// again: the slug, typed, is what a reset takes.
func (r *reset) mayGoOn() error {
	if r.planning {
		return nil
	}
	if r.o.actor.Kind == access.Token {
		return r.o.noPerson("a person, which a token is not")
	}
	return r.o.unreplaced(r.scope, r.Plan.check)
}

// renewKey makes what is kept of the new organisation key, in escrow where the
// old one was.
func (r *reset) renewKey() (err error) {
	var system []byte
	if len(r.kept.Escrow) > 0 {
		in, err := r.o.tx.Instance()
		if err != nil {
			return err
		}
		system = in.System
	}
	fresh, err := r.o.svc.newScopeKey(r.done.Instance, r.scope, system, r.Key)
	if err != nil {
		return err
	}
	if r.done.ShownKey, err = r.o.shownKey(r.scope, r.Key); err != nil {
		return err
	}
	r.done.Deleted.Name = r.done.Name
	return r.o.tx.PutScopeKey(fresh)
}

// revisions says in the event what is gone.
func (p ResetPlan) revisions() []revision {
	return []revision{
		ended("users", p.Users), ended("secrets", p.Secrets), ended("seats", p.Seats), ended("invitations", p.Invitations), ended("tokens", p.Tokens),
	}
}

// appoint lets in who begins anew: with the password he was given, or by an
// invitation that brings the key.
func (r *reset) appoint(u account.User, hash string) error {
	if err := r.o.tx.PutUser(u); err != nil {
		return err
	}
	r.done.Admin = u
	if hash != "" {
		if err := r.o.svc.putCredential(r.o.tx, u, r.Key, hash, account.Credential{}); err != nil {
			return err
		}
	}
	if err := r.o.emitAs(string(access.UserAdd), audit.UserRef(u.ID), u.Site, newUserChanges(u)); err != nil {
		return err
	}
	if hash != "" {
		return r.signIn(u)
	}
	return r.invite(u)
}

// newAdmin makes the record of the new owner, or of the new admin of the site.
func (r *reset) newAdmin(active bool) (account.User, error) {
	if err := r.mayTake(); err != nil {
		return account.User{}, err
	}
	id, err := account.NewUserID(r.o.tx.Now, r.o.svc.env.Random)
	u := account.User{
		ID: id, Org: r.scope.Org, Site: r.scope.Site, Email: r.Email, Type: account.TypeHost, Role: account.RoleOwner,
		Status: account.StatusPending, Auth: account.AuthLocal, Locale: account.LocaleEnglish, CreatedAt: r.o.tx.Now, UpdatedAt: r.o.tx.Now,
	}
	if r.scope.Site != 0 {
		u.Type, u.Role = account.TypeIndividual, account.RoleSiteAdmin
	}
	if active {
		u.Status = account.StatusActive
	}
	if active && r.scope.Site == 0 { // he is signed in at once
		u.LastLoginAt = r.o.tx.Now
	}
	return u, err
}

// mayTake makes sure that the address is free, the users of before being gone,
// and its domain approved. The system user approves that of a new owner, as a
// new organisation does: there is nobody else left who could.
func (r *reset) mayTake() error {
	if _, found, err := r.o.tx.Address(r.Email); err != nil || found {
		return orElse(err, r.o.errTaken(r.Email))
	}
	err := r.o.approved(r.Email)
	if err == nil || r.o.actor.Kind != access.System || r.scope.Site != 0 {
		return err
	}
	d := r.Email.Domain()
	if err := r.o.tx.PutDomain(account.ApprovedDomain{Org: r.org.ID, Domain: d, ApprovedAt: r.o.tx.Now}); err != nil {
		return err
	}
	return r.o.emitAs(string(access.DomainApprove), domainRef(d), 0, nil)
}

// handOver makes him the owner of the organisation, and says so for the event. A
// site has its key once its admin has accepted: until then, who reset it keeps it.
func (r *reset) handOver(u account.User) (revision, error) {
	if r.scope.Site == 0 {
		old := r.org.Owner
		r.org.Owner, r.org.UpdatedAt = u.ID, r.o.tx.Now
		return revision{"owner", old.String(), u.ID.String(), false}, r.o.tx.PutOrganisation(r.org)
	}
	site, found, err := r.o.tx.Site(r.scope.Org, r.scope.Site)
	if err != nil || !found {
		return revision{}, orElse(err, errNoSuch("site", string(r.Site)))
	}
	site.HandedAt, site.UpdatedAt = time.Time{}, r.o.tx.Now
	if u.Status == account.StatusActive {
		site.HandedAt = r.o.tx.Now
	}
	return revision{}, r.o.tx.PutSite(site)
}

// signIn signs the new owner of the organisation in on this device, as init
// does. The admin of a site signs in himself: who reset its key stays who he is.
func (r *reset) signIn(u account.User) error {
	if r.scope.Site != 0 {
		return nil
	}
	in, err := r.o.svc.openSession(r.o.tx, u, r.Key)
	r.done.Session = &in
	return err
}

func (r *reset) invite(u account.User) (err error) {
	if r.done.Link, err = r.o.makeLink(u, account.LinkInvite, r.TTL, &r.Key); err != nil {
		return err
	}
	if err := r.o.emitAs(string(access.InviteLink), audit.UserRef(u.ID), u.Site, nil); err != nil || !r.Send {
		return err
	}
	return r.o.sendLink(account.LetterInvitation, u, r.done.Link, true)
}
