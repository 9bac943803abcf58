package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

func newUserCmd(a *app) *cobra.Command {
	return newGroup(a, "user",
		verb{"add", newUserAddCmd}, verb{"list", newUserListCmd}, verb{"show", newUserShowCmd}, verb{"edit", newUserEditCmd},
		verb{"delete", newUserDeleteCmd}, verb{"suspend", newUserSuspendCmd}, verb{"resume", newUserResumeCmd},
		verb{"unlock", newUserUnlockCmd}, verb{"logout", newUserLogoutCmd}, verb{"import", newUserImportCmd},
		verb{"export", newUserExportCmd}, verb{"template", newUserTemplateCmd})
}

// userSpec lists a user's fields in the order of SPEC section 4. The narrow
// ones make the table.
func userSpec() output.Spec {
	return output.Spec{Key: "email", Empty: "No user matches.", Columns: []output.Column{
		{Path: "email", Width: 32},
		{Path: "first_name", Width: 12, Cut: true},
		{Path: "last_name", Width: 16, Cut: true},
		{Path: "type", Width: 10},
		{Path: "role", Width: 10},
		{Path: "site", Width: 8},
		{Path: "status", Width: 9, State: true},
		{Path: "licence.plan", Title: "LICENCE", Width: 8},
		{Path: "last_login_at", Title: "LAST LOGIN", Width: 20},
		{Path: "id", Wide: true},
		{Path: "auth", Wide: true},
		{Path: "directory", Wide: true},
		{Path: "locale", Wide: true},
		{Path: "licence.state", Wide: true},
		{Path: "must_change_password", Wide: true},
		{Path: "locked_until", Wide: true},
		{Path: "created_at", Wide: true},
		{Path: "updated_at", Wide: true},
	}}
}

func userObject(u service.UserView) output.Object {
	var row output.Row
	new(userForm).fill(&row, &u, false)
	return row.Object()
}

// userForm fills rows with users. It has room to be used again: a list of a
// million users would make a million of them.
type userForm struct {
	licence [2]output.Field
	kind    userKind
	state   userState
}

// userKind and userState are what many users in a row have alike.
type userKind struct {
	kind      account.UserType
	role      account.RoleName
	site      account.Slug
	status    account.Status
	auth      account.Auth
	directory string
	locale    account.Locale
}

type userState struct {
	plan                     account.PlanName
	planState                account.LicenceState
	mustChange               bool
	locked, created, updated int64 // seconds
}

// The groups of a user's fields: all behind the names, and two parts of those.
const (
	allGroup = iota
	kindGroup
	stateGroup
)

// fill adds the fields of a user to a row. alike says that all but id, address and
// names is what it was of the one before.
func (f *userForm) fill(r *output.Row, u *service.UserView, alike bool) {
	r.ID("id", u.ID)
	r.String("email", u.Email.String())
	r.StringOrNull("first_name", u.FirstName)
	r.StringOrNull("last_name", u.LastName)
	r.Group(allGroup, alike, func(r *output.Row) { f.fillRest(r, u) })
}

// fillRest adds the fields behind the names.
func (f *userForm) fillRest(r *output.Row, u *service.UserView) {
	kind := userKind{u.Type, u.Role, u.SiteSlug, u.Status, u.Auth, u.Directory, u.Locale}
	alike := kind == f.kind
	r.Group(kindGroup, alike, func(r *output.Row) {
		r.StringOrNull("type", string(u.Type))
		r.StringOrNull("role", string(u.Role))
		r.StringOrNull("site", string(u.SiteSlug))
		r.StringOrNull("status", string(u.Status))
		r.StringOrNull("auth", string(u.Auth))
		r.StringOrNull("directory", u.Directory)
		r.StringOrNull("locale", string(u.Locale))
	})
	if !alike {
		f.kind = kind
	}
	state := userState{u.Plan, u.PlanState, u.MustChange, u.LockedUntil.Unix(), u.CreatedAt.Unix(), u.UpdatedAt.Unix()}
	alike = state == f.state
	r.Group(stateGroup, alike, func(r *output.Row) {
		r.Value("licence", f.licenceValue(u.Licence))
		r.Value("must_change_password", output.Bool(u.MustChange))
		r.Value("locked_until", output.Time(u.LockedUntil))
		r.Value("created_at", output.Time(u.CreatedAt))
		r.Value("updated_at", output.Time(u.UpdatedAt))
	})
	if !alike {
		f.state = state
	}
	r.Value("last_login_at", output.Time(u.LastLoginAt))
}

// licenceValue is a licence in the form's room: it holds until the next one.
func (f *userForm) licenceValue(l account.Licence) output.Value {
	if !l.Licensed() {
		return output.Null()
	}
	f.licence = [...]output.Field{
		{Name: "plan", Value: output.String(string(l.Plan))},
		{Name: "state", Value: output.String(string(l.PlanState))},
	}
	return output.Nested(f.licence[:])
}

func licenceValue(l account.Licence) output.Value { return new(userForm).licenceValue(l) }

// addedSpec is userSpec with what `user add` made besides.
func addedSpec() output.Spec {
	spec := userSpec()
	spec.Columns = append(spec.Columns,
		output.Column{Path: "link", Wide: true}, output.Column{Path: "temporary_password", Wide: true},
		output.Column{Path: "expires_at", Wide: true}, output.Column{Path: "sent", Wide: true}, output.Column{Path: "instructions", Wide: true})
	return spec
}

func addedObject(u service.AddedUser, temporary output.Value) output.Object {
	return passedOn(u.UserView, passed{u.Link.Text, temporary, u.Expires, u.Sent(), u.Instructions})
}

func editedObject(u service.EditedUser) output.Object {
	return passedOn(u.UserView, passed{u.Link.Text, output.Null(), u.Link.Expires, u.Link.Sent(), u.Instructions})
}

// passed is what an admin passes on to a user.
type passed struct {
	link         string
	temporary    output.Value
	expires      time.Time
	sent         bool
	instructions string
}

// passedOn is a user with what the admin must pass on to him.
func passedOn(u service.UserView, on passed) output.Object {
	return append(userObject(u),
		output.Field{Name: "link", Value: output.StringOrNull(on.link)},
		output.Field{Name: "temporary_password", Value: on.temporary},
		output.Field{Name: "expires_at", Value: output.Time(on.expires)},
		output.Field{Name: "sent", Value: output.Bool(on.sent)},
		output.Field{Name: "instructions", Value: output.StringOrNull(on.instructions)})
}
