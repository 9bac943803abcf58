package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// UserView is a user as commands show him.
type UserView struct {
	account.User
	SiteSlug    account.Slug
	LockedUntil time.Time // zero: not locked
	Disabled    bool      // the password, by too many wrong ones, until a reset
}

// userTarget returns what access needs to know of a user.
func (o *op) userTarget(u account.User) (access.Target, error) {
	may, err := o.mayOf(u)
	if err != nil {
		return access.Target{}, err
	}
	return access.Target{Org: u.Org, Site: u.Site, User: u.ID, May: may, Owner: u.Role == account.RoleOwner}, nil
}

// mayOf returns what a user's role permits. Many in a row have the same role, and
// one that is built in permits the same for ever.
func (o *op) mayOf(u account.User) (access.Set, error) {
	if o.builtIn.role == u.Role && u.Role != "" {
		return o.builtIn.may, nil
	}
	if may, ok := access.BuiltIn(u.Role); ok {
		o.builtIn = builtInRole{u.Role, may}
		return may, nil
	}
	return roleSet(o.tx, u.Org, u.Role)
}

// builtInRole is a role with what it permits.
type builtInRole struct {
	role account.RoleName
	may  access.Set
}

// allowUser finds a user by address or id and asks whether the actor may do
// the operation's action to him.
func (o *op) allowUser(who string) (account.User, error) { return o.allowUserTo(o.action, who) }

func (o *op) allowUserTo(action access.Permission, who string) (account.User, error) {
	u, found, err := o.findUser(who)
	if err != nil {
		return u, err
	}
	if err := o.allowFound(action, u, found, who); err != nil {
		return o.asSeen(u), err
	}
	return u, nil
}

// allowFound asks whether the actor may do an action to a user whom who led
// to, or to nobody.
func (o *op) allowFound(action access.Permission, u account.User, found bool, who string) error {
	if !found {
		// Who may not do this at all learns nothing of who exists.
		if err := o.allowHereTo(action); err != nil {
			return err
		}
		if o.actor.Site != 0 { // the log must not tell it from one who is beyond his site
			o.refused = &refusal{actor: o.actor, action: action}
		}
		return errNoUser(who)
	}
	target, err := o.userTarget(u)
	if err != nil {
		return err
	}
	return o.allowAction(action, target, audit.UserRef(u.ID), func() error { return errNoUser(who) })
}

// asSeen returns what an actor may learn of a user he was refused: of one whom
// he could not be shown either, nothing. Else the row of an operation on many
// would turn an id into an address, or an address into an id.
func (o *op) asSeen(u account.User) account.User {
	target, err := o.userTarget(u)
	if err == nil && access.Allow(o.actor.Actor, access.UserShow, target).OK() {
		return u
	}
	return account.User{}
}

// allowKnown asks for the operation's action on a user who was found already.
func (o *op) allowKnown(u account.User) error {
	target, err := o.userTarget(u)
	if err != nil {
		return err
	}
	return o.allow(target, audit.UserRef(u.ID), errNoSuch("user", u.Email.String()))
}

// findUser finds a user of the actor's organisation by address or id.
func (o *op) findUser(who string) (account.User, bool, error) {
	if id, ok := account.ParseUserID(who); ok {
		return o.tx.User(o.actor.Org, id)
	}
	email, err := account.ParseEmail(who)
	if err != nil {
		return account.User{}, false, err
	}
	holder, found, err := o.tx.Address(email)
	if err != nil || !found || holder.Org != o.actor.Org {
		return account.User{}, false, err
	}
	return o.tx.User(holder.Org, holder.User)
}

func (o *op) userView(u account.User) (UserView, error) {
	v := UserView{User: u}
	var err error
	if v.SiteSlug, err = siteSlug(o.tx, u.Org, u.Site); err != nil {
		return v, err
	}
	tries, err := o.tx.Tries(u.ID)
	if err != nil {
		return v, err
	}
	v.lock(tries, o.tx.Now)
	return v, nil
}

// lock says what a number of wrong passwords means for the user now.
func (v *UserView) lock(tries account.Tries, now time.Time) {
	v.Disabled, v.LockedUntil = password.Disabled(tries.Failures), time.Time{}
	if until := password.LockedUntil(tries.Failures, tries.Last); until.After(now) {
		v.LockedUntil = until
	}
}

// ShowUser returns one user by address or id.
func (s *Service) ShowUser(ctx context.Context, who string) (UserView, error) {
	var v UserView
	err := s.view(ctx, access.UserShow, func(o *op) error {
		u, err := o.allowUser(who)
		if err != nil {
			return err
		}
		v, err = o.userView(u)
		return err
	})
	return v, err
}

// revision is a field of a user that a change brings from one value to another.
type revision struct {
	field, from, to string
	personal        bool
}

// recordRevisions sorts revisions into what may stand in the log's line and
// what is personal and lies in the index.
func recordRevisions(all []revision) (changes []audit.Change, personal []store.Personal) {
	changes = make([]audit.Change, 0, len(all))
	for _, r := range all {
		switch {
		case r.from == r.to:
		case r.personal:
			personal = append(personal, store.Personal{Field: r.field, From: r.from, To: r.to})
		default:
			changes = append(changes, audit.Change{Field: r.field, From: r.from, To: r.to})
		}
	}
	return changes, personal
}

// userRevisions lists what differs between two states of a user.
func userRevisions(from, to account.User) (differ []revision) {
	all := [...]revision{
		{"email", from.Email.String(), to.Email.String(), true},
		{"first_name", from.FirstName, to.FirstName, true},
		{"last_name", from.LastName, to.LastName, true},
		{"type", string(from.Type), string(to.Type), false},
		{"role", string(from.Role), string(to.Role), false},
		{"site", store.SiteFacet(from.Site), store.SiteFacet(to.Site), false},
		{"status", string(from.Status), string(to.Status), false},
		{"auth", string(from.Auth), string(to.Auth), false},
		{"directory", from.Directory, to.Directory, false},
		{"locale", string(from.Locale), string(to.Locale), false},
		{"licence.released", string(from.Released), string(to.Released), false},
		{"licence.plan", string(from.Plan), string(to.Plan), false},
		{"licence.state", string(from.PlanState), string(to.PlanState), false},
	}
	for i := range all {
		if all[i].from != all[i].to {
			differ = append(differ, all[i])
		}
	}
	return differ
}

// newUserChanges lists how a new user differs from a plain one: a pending
// member. His name and address are not among them: the log knows those from his
// record, and an import would write them all twice. He had no other values
// before, so the changes come from nothing.
func newUserChanges(u account.User) []audit.Change {
	plain := u
	plain.Type, plain.Role, plain.Site = account.TypeIndividual, account.RoleMember, 0
	plain.Status, plain.Auth, plain.Directory = account.StatusPending, account.AuthLocal, ""
	plain.Plan, plain.PlanState = "", ""
	if plain == u {
		return nil
	}
	changes, _ := recordRevisions(userRevisions(plain, u))
	for i := range changes {
		changes[i].From = ""
	}
	return changes
}
