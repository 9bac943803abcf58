package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
)

// NewUser is what a user is made of. Empty fields get their defaults: a member;
// a host where the role is one of hosts, else an individual; the actor's site.
type NewUser struct {
	Email     account.Email
	FirstName string
	LastName  string
	Type      account.UserType
	Role      account.RoleName
	Site      account.Slug
	Directory string
	Locale    account.Locale
	Plan      account.PlanName // "": no licence

	Password    password.Plain // zero: pending, without one
	MustChange  bool           // the next sign-in chooses a new one
	Temporary   bool           // gets a temporary password instead
	Invited     bool           // gets an invitation link instead
	Life        time.Duration  // of the temporary password or the link; 0: the usual one
	Mail        bool           // mail him the link, or else how to sign in
	IfNotExists bool           // an address that is there already is no error
}

// AddedUser is a user just made, and what the admin must pass on.
type AddedUser struct {
	UserView
	Existed      bool
	Link         MadeLink
	Temporary    string    // that usher made; "" in a dry run
	Expires      time.Time // of the link or the temporary password
	Instructions string
	mailed       *bool
}

// Sent reports whether the user was mailed what he needs to get in.
func (a AddedUser) Sent() bool { return a.Link.Sent() || a.mailed != nil && *a.mailed }

// AddUser makes a user directly, without an invitation (O7).
func (s *Service) AddUser(ctx context.Context, in NewUser) (AddedUser, error) {
	if err := s.needMail(in.Mail); err != nil {
		return AddedUser{}, err
	}
	first, err := s.firstPassword(ctx, in)
	if err != nil {
		return AddedUser{}, err
	}
	var added AddedUser
	err = s.change(ctx, access.UserAdd, func(o *op) (err error) {
		added, err = o.addUser(in, first)
		return err
	})
	return added, err
}

func (o *op) addUser(in NewUser, first temporary) (AddedUser, error) {
	u, err := o.newcomer(in)
	if err != nil {
		return AddedUser{}, err
	}
	if existing, found, err := o.taken(u.Email); err != nil || found {
		if err == nil && in.IfNotExists && !existing.ID.IsZero() {
			return o.alreadyThere(existing)
		}
		if err == nil {
			err = o.errTaken(u.Email)
		}
		return AddedUser{}, err
	}
	if u, err = o.withLicence(u, in.Plan); err != nil {
		return AddedUser{}, err
	}
	return o.admitNewUser(u, in, first)
}

// alreadyThere returns a user who need not be added. Of one whom the actor may
// not look at there is only the address, which was typed.
func (o *op) alreadyThere(u account.User) (AddedUser, error) {
	target, err := o.userTarget(u)
	if err != nil {
		return AddedUser{}, err
	}
	if !access.Allow(o.actor.Actor, access.UserShow, target).OK() {
		return AddedUser{UserView: UserView{User: account.User{Email: u.Email}}, Existed: true}, nil
	}
	v, err := o.userView(u)
	return AddedUser{UserView: v, Existed: true}, err
}

// newcomer makes the record of a new user of an approved domain, whom the actor
// may add.
func (o *op) newcomer(in NewUser) (account.User, error) {
	u, err := o.draftUser(in)
	if err != nil {
		return u, err
	}
	if err := o.mayAdd(u); err != nil {
		return u, err
	}
	return u, o.approved(u.Email)
}

// draftUser makes the record of a new user with its defaults.
func (o *op) draftUser(in NewUser) (account.User, error) {
	id, err := o.newUserID()
	if err != nil {
		return account.User{}, err
	}
	u := account.User{
		ID: id, Org: o.actor.Org, Site: o.actor.Site, Email: in.Email, FirstName: in.FirstName, LastName: in.LastName,
		Type: in.Type, Role: in.Role, Status: account.StatusPending, Auth: account.AuthLocal, Locale: in.Locale,
		CreatedAt: o.tx.Now, UpdatedAt: o.tx.Now,
	}
	if in.Directory != "" {
		if err := o.svc.knownDirectory(in.Directory); err != nil {
			return u, err
		}
		u.Auth, u.Directory, u.Status = account.AuthDirectory, in.Directory, account.StatusActive
	}
	if in.Site != "" {
		if err := o.allowHere(); err != nil { // who adds nobody learns of no site
			return u, err
		}
		site, err := o.findSite(in.Site)
		if err != nil {
			return u, err
		}
		u.Site = site.ID
	}
	if u.Role == "" {
		u.Role = account.RoleMember
	}
	if u.Type == "" {
		u.Type = defaultType(u)
	}
	if u.Locale == "" {
		u.Locale = account.LocaleEnglish
	}
	return u, nil
}

// newUserID returns the id of one more user that the operation makes.
func (o *op) newUserID() (account.UserID, error) {
	if o.ids == nil {
		var err error
		if o.ids, err = account.NewUserIDs(o.tx.Now, o.svc.env.Random); err != nil {
			return account.UserID{}, err
		}
	}
	return o.ids.Next()
}

// defaultType is the type a role implies; a plain member gets the lesser one.
func defaultType(u account.User) account.UserType {
	if u.Site != 0 || u.Role == account.RoleMember || u.Role == account.RoleSiteAdmin {
		return account.TypeIndividual
	}
	return account.TypeHost
}

// mayAdd asks for the permission to add such a user, and to give his role.
func (o *op) mayAdd(u account.User) error {
	kind := userKind{u.Site, u.Role, u.Type}
	if o.mayAddKind == kind && o.asked { // an import asks for each of its rows
		return nil
	}
	target := access.Target{Org: u.Org, Site: u.Site}
	if err := o.allow(target, audit.Ref{}, errNoSuch("site", "")); err != nil {
		return err
	}
	if err := o.mayHold(u, audit.Ref{}); err != nil { // nobody yet
		return err
	}
	o.mayAddKind = kind
	return nil
}

// userKind is what of a new user decides whether he may be added.
type userKind struct {
	site account.SiteID
	role account.RoleName
	kind account.UserType
}

// mayHold makes sure that the actor may give a user, whom the log calls ref, his
// role, and that type, role and site go together.
func (o *op) mayHold(u account.User, ref audit.Ref) error {
	set, err := roleSet(o.tx, u.Org, u.Role)
	if err != nil {
		return err
	}
	if u.Role == account.RoleOwner {
		return account.Errorf(account.Forbidden, "an organisation has one owner; ownership is handed over").
			Coded("owner.protected").
			Hintf("usher org handover EMAIL")
	}
	if err := o.mayGrant(set, ref, u.Site); err != nil {
		return err
	}
	return checkFit(u)
}

// mayGrant makes sure that the actor has himself what he gives.
func (o *op) mayGrant(set access.Set, ref audit.Ref, site account.SiteID) error {
	if d := access.MayGrant(o.actor.Actor, set); !d.OK() {
		return o.refuse(o.action, d, ref, site)
	}
	return nil
}

// checkFit makes sure that type, role and site go together (SPEC section 1).
func checkFit(u account.User) error {
	if access.Fits(u.Role, u.Type, u.Site) {
		return nil
	}
	err := account.Errorf(account.Invalid, "a user of type %s %s cannot have the role %q", u.Type, withSite(u.Site), u.Role)
	if u.Type == account.TypeHost && u.Site != 0 {
		err = account.Errorf(account.Invalid, "a host works for the whole organisation and belongs to no site")
	}
	return err.Coded("role.misfit").
		Hintf("hosts: admin, member or a custom role; individuals with a site: site-admin, member or a custom role; other individuals: member")
}

func withSite(site account.SiteID) string {
	if site != 0 {
		return "with a site"
	}
	return "without a site"
}

// taken reports whether an address belongs to somebody. He is returned only
// where the actor may see him.
func (o *op) taken(e account.Email) (account.User, bool, error) {
	holder, found, err := o.tx.Address(e)
	if err != nil || !found || holder.Org != o.actor.Org {
		return account.User{}, found, err
	}
	u, _, err := o.tx.User(holder.Org, holder.User)
	if o.actor.Site != 0 && u.Site != o.actor.Site {
		return account.User{}, true, err
	}
	return u, true, err
}

// errElsewhere answers who wants an address that somebody beyond his reach has.
// Of a domain that is not approved here, it does not tell that.
func (o *op) errElsewhere(e account.Email) error { return orElse(o.approved(e), o.errTaken(e)) }

// givePassword seals a hash for a user, which takes the key of his scope.
func (o *op) givePassword(u account.User, hash string) error {
	k, err := o.orgKey(u.Scope())
	if err != nil {
		return err
	}
	return o.svc.putCredential(o.tx, u, k, hash, account.Credential{})
}

// storeNewUser writes a user and the event of it.
func (o *op) storeNewUser(u account.User) (AddedUser, error) {
	if err := o.writeNewUser(u); err != nil {
		return AddedUser{}, err
	}
	v, err := o.userView(u)
	return AddedUser{UserView: v}, err
}

func (o *op) writeNewUser(u account.User) error {
	if err := o.tx.AddUser(u); err != nil {
		return err
	}
	return o.emit(audit.UserRef(u.ID), u.Site, newUserChanges(u))
}
