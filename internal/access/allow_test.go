package access

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
)

func builtIn(t *testing.T, role account.RoleName) Set {
	t.Helper()
	set, ok := BuiltIn(role)
	if !ok {
		t.Fatalf("%s is not built in", role)
	}
	return set
}

func userID(n byte) account.UserID { return account.UserID{n} }

func TestAllow(t *testing.T) {
	owner, admin := builtIn(t, account.RoleOwner), builtIn(t, account.RoleAdmin)
	siteAdmin, member := builtIn(t, account.RoleSiteAdmin), builtIn(t, account.RoleMember)
	var (
		anna = Actor{Kind: User, User: userID(1), Org: 1, May: owner}
		eva  = Actor{Kind: User, User: userID(2), Org: 1, May: admin}
		olle = Actor{Kind: User, User: userID(3), Org: 1, Site: 7, May: siteAdmin}
		bo   = Actor{Kind: User, User: userID(4), Org: 1, May: member}
		desk = Actor{Kind: User, User: userID(5), Org: 1, May: NewSet(UserUnlock)}
		cron = Actor{Kind: Token, User: userID(1), Org: 1, May: NewSet(UserDelete, UserEdit, UserExport, SecretList, SecretShow)}
		lean = Actor{Kind: Token, User: userID(1), Org: 1, May: NewSet(UserDelete)}

		org      = Target{Org: 1}
		theOwner = Target{Org: 1, User: userID(1), May: owner, Owner: true}
		anAdmin  = Target{Org: 1, User: userID(8), May: admin}
		aMember  = Target{Org: 1, User: userID(4), May: member}
		inSite   = Target{Org: 1, Site: 7, User: userID(9), May: member}
		inOther  = Target{Org: 1, Site: 8, User: userID(10), May: member}
		abroad   = Target{Org: 2, User: userID(11), May: member}
	)
	restricted := eva
	restricted.Restricted = true
	rows := []struct {
		name   string
		actor  Actor
		do     Permission
		target Target
		want   Verdict
	}{
		{"nobody is asked to sign in", Actor{}, UserList, org, Unauthenticated},
		{"nobody learns nothing of another organisation either", Actor{}, UserShow, abroad, Unauthenticated},
		{"the system user has doors of his own", Actor{Kind: System, Org: 1}, UserList, org, Denied},
		{"the owner deletes the organisation", anna, OrgDelete, org, Allowed},
		{"an admin does not", eva, OrgDelete, org, Denied},
		{"another organisation is not there, not for an owner either", anna, UserShow, abroad, Unseen},
		{"the owner cannot delete himself", anna, UserDelete, theOwner, Denied},
		{"nobody sends the key to himself", eva, OrgkeySend, Target{Org: 1, User: userID(2), May: admin}, Denied},
		{"an admin sends it to another", eva, OrgkeySend, aMember, Allowed},
		{"the owner cannot suspend himself", anna, UserSuspend, theOwner, Denied},
		{"the owner ends his own sessions", anna, UserLogout, theOwner, Allowed},
		{"an admin cannot edit the owner", eva, UserEdit, theOwner, Denied},
		{"an admin cannot log the owner out", eva, UserLogout, theOwner, Denied},
		{"an admin sees the owner", eva, UserShow, theOwner, Allowed},
		{"an admin deletes an admin", eva, UserDelete, anAdmin, Allowed},
		{"an admin deletes a member", eva, UserDelete, aMember, Allowed},
		{"the owner cannot reset his own password", anna, PasswordReset, theOwner, Denied},
		{"a member sees himself", bo, UserShow, aMember, Allowed},
		{"a member edits himself", bo, UserEdit, aMember, Allowed},
		{"a member cannot delete himself", bo, UserDelete, aMember, Denied},
		{"a member cannot see an admin", bo, UserShow, anAdmin, Denied},
		{"a site admin edits a user of his site", olle, UserEdit, inSite, Allowed},
		{"a site admin does not see the other site", olle, UserShow, inOther, Unseen},
		{"a site admin does not see the organisation's own users", olle, UserShow, aMember, Unseen},
		{"a site admin does not even see the owner", olle, UserShow, theOwner, Unseen},
		{"a member of a site learns nothing of others", Actor{Kind: User, User: userID(12), Org: 1, Site: 7, May: member}, UserShow, inOther, Denied},
		{"an admin reaches into every site", eva, UserEdit, inOther, Allowed},
		{"who may unlock and nothing else cannot unlock one who may more", desk, UserUnlock, aMember, Denied},
		{"a token does what it was given", cron, UserDelete, aMember, Allowed},
		{"a token that lacks what members may cannot act on them", lean, UserDelete, aMember, Denied},
		{"a token cannot act on the owner who made it", cron, UserEdit, theOwner, Denied},
		{"a token cannot act on somebody who may more than it", cron, UserDelete, anAdmin, Denied},
		{"a token reads where it only reads", cron, UserExport, org, Allowed},
		{"a token has no data of its own", Actor{Kind: Token, User: userID(4), Org: 1}, UserShow, aMember, Denied},
		{"a temporary password changes the password", restricted, PasswordChange, Target{Org: 1, User: userID(2), May: admin}, Allowed},
		{"nobody changes the password of another", anna, PasswordChange, aMember, Denied},
		{"a temporary password does not change another's", restricted, PasswordChange, aMember, Denied},
		{"a temporary password does nothing else", restricted, UserShow, Target{Org: 1, User: userID(2), May: admin}, Denied},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			got := Allow(r.actor, r.do, r.target)
			if got.Verdict != r.want {
				t.Errorf("verdict: got %d (%s), want %d", got.Verdict, got.Rule, r.want)
			}
			if got.Rule == "" {
				t.Error("the answer names no rule")
			}
			if got.OK() != (r.want == Allowed) {
				t.Errorf("OK: got %v", got.OK())
			}
		})
	}
}

// anyTarget draws a user of organisation 1 or 2, in one of a few sites.
func anyTarget(t *rapid.T) Target {
	may, _ := anySet(t, "what he may")
	return Target{
		Org:  account.OrgID(rapid.IntRange(1, 2).Draw(t, "organisation")),
		Site: account.SiteID(rapid.IntRange(0, 2).Draw(t, "site")),
		User: userID(byte(rapid.IntRange(1, 3).Draw(t, "user"))), May: may,
	}
}

func anyActor(t *rapid.T) Actor {
	may, _ := anySet(t, "what the actor may")
	return Actor{
		Kind: rapid.SampledFrom([]ActorKind{Nobody, User, Token, System}).Draw(t, "kind"),
		User: userID(byte(rapid.IntRange(1, 3).Draw(t, "actor"))), Org: 1,
		Site: account.SiteID(rapid.IntRange(0, 2).Draw(t, "actor's site")), May: may,
	}
}

func TestWhatIsAllowedIsPermittedOrOwn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		actor, target := anyActor(t), anyTarget(t)
		p := rapid.SampledFrom(All()).Draw(t, "permission")
		if !Allow(actor, p, target).OK() {
			return
		}
		self := actor.Kind == User && actor.User == target.User
		switch {
		case actor.Kind == Nobody || actor.Kind == System:
			t.Fatalf("%s is allowed to an actor of kind %d", p, actor.Kind)
		case target.Org != actor.Org:
			t.Fatalf("%s is allowed in another organisation", p)
		case !actor.May.Has(p) && !self:
			t.Fatalf("%s is allowed to somebody else without the permission", p)
		case actor.Site != 0 && target.Site != actor.Site && !self:
			t.Fatalf("%s is allowed outside the actor's site", p)
		}
	})
}

func TestMorePermissionsNeverAllowLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		actor, target := anyActor(t), anyTarget(t)
		p := rapid.SampledFrom(All()).Draw(t, "permission")
		more, _ := anySet(t, "more")
		stronger := actor
		stronger.May = actor.May.Or(more)
		if Allow(actor, p, target).OK() && !Allow(stronger, p, target).OK() {
			t.Fatalf("%s is allowed to %v and not to %v", p, actor.May.List(), stronger.May.List())
		}
	})
}

func TestNobodyGrantsWhatHeLacks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		actor := anyActor(t)
		set, members := anySet(t, "granted")
		want := true
		for p := range members {
			want = want && actor.May.Has(p)
		}
		if got := MayGrant(actor, set); got.OK() != want {
			t.Fatalf("got %v (%s), want %v", got.OK(), got.Rule, want)
		}
	})
}

func TestBuiltInRoles(t *testing.T) {
	rows := []struct {
		role account.RoleName
		has  []Permission
		not  []Permission
	}{
		{account.RoleOwner, All(), nil},
		{account.RoleAdmin, []Permission{UserDelete, SiteDelete, RoleAdd, TokenAdd, OrgkeyRotate, LogsExport}, []Permission{OrgDelete, OrgHandover, OrgkeyReset, LogsPrune}},
		{account.RoleSiteAdmin, []Permission{UserAdd, SessionEnd, InviteLink, PasswordReset, LicenceAssign, SecretShow, OrgkeySend, LogsList},
			[]Permission{LicenceBuy, LicenceDrop, OrgkeyReset, LogsPrune, SiteAdd, RoleAdd, TokenAdd, DomainApprove, MailboxAdd, OrgShow}},
		{account.RoleMember, []Permission{SecretList, SecretShow}, []Permission{UserList, UserShow, SecretAdd, LogsList}},
	}
	for _, r := range rows {
		t.Run(string(r.role), func(t *testing.T) {
			set := builtIn(t, r.role)
			for _, p := range r.has {
				if !set.Has(p) {
					t.Errorf("lacks %s, want that it has it", p)
				}
			}
			for _, p := range r.not {
				if set.Has(p) {
					t.Errorf("has %s, want that it has not", p)
				}
			}
		})
	}
	if _, ok := BuiltIn("help-desk"); ok {
		t.Error("help-desk is built in, want that it is not")
	}
	ladder := []account.RoleName{account.RoleOwner, account.RoleAdmin, account.RoleSiteAdmin, account.RoleMember}
	for i := range ladder[1:] {
		if !builtIn(t, ladder[i]).Covers(builtIn(t, ladder[i+1])) {
			t.Errorf("%s does not cover %s", ladder[i], ladder[i+1])
		}
	}
}

func TestFits(t *testing.T) {
	// host: owner, admin, member, custom; individual with a site: site-admin,
	// member, custom; individual without: member.
	const custom = account.RoleName("help-desk")
	rows := []struct {
		name string
		kind account.UserType
		site account.SiteID
		fit  []account.RoleName
	}{
		{"a host", account.TypeHost, 0, []account.RoleName{account.RoleOwner, account.RoleAdmin, account.RoleMember, custom}},
		{"a host in a site", account.TypeHost, 7, nil},
		{"an individual of a site", account.TypeIndividual, 7, []account.RoleName{account.RoleSiteAdmin, account.RoleMember, custom}},
		{"an individual without a site", account.TypeIndividual, 0, []account.RoleName{account.RoleMember}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			for _, role := range []account.RoleName{account.RoleOwner, account.RoleAdmin, account.RoleSiteAdmin, account.RoleMember, custom} {
				if got, want := Fits(role, r.kind, r.site), slices.Contains(r.fit, role); got != want {
					t.Errorf("%s: got %v, want %v", role, got, want)
				}
			}
		})
	}
}
