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

func userObject(u service.UserView) output.Object { return new(userRow).object(&u) }

// userRow is the object of a user with room to be used again: a list of a
// million users would make a million of them.
type userRow struct {
	fields [17]output.Field
}

// object returns the object of a user, which holds until the next one.
func (r *userRow) object(u *service.UserView) output.Object {
	r.fields = [...]output.Field{
		{Name: "id", Value: idValue(u.ID)},
		{Name: "email", Value: output.String(u.Email.String())},
		{Name: "first_name", Value: output.StringOrNull(u.FirstName)},
		{Name: "last_name", Value: output.StringOrNull(u.LastName)},
		{Name: "type", Value: output.StringOrNull(string(u.Type))},
		{Name: "role", Value: output.StringOrNull(string(u.Role))},
		{Name: "site", Value: output.StringOrNull(string(u.SiteSlug))},
		{Name: "status", Value: output.StringOrNull(string(u.Status))},
		{Name: "auth", Value: output.StringOrNull(string(u.Auth))},
		{Name: "directory", Value: output.StringOrNull(u.Directory)},
		{Name: "locale", Value: output.StringOrNull(string(u.Locale))},
		{Name: "licence", Value: licenceValue(u.Licence)},
		{Name: "must_change_password", Value: output.Bool(u.MustChange)},
		{Name: "locked_until", Value: output.Time(u.LockedUntil)},
		{Name: "created_at", Value: output.Time(u.CreatedAt)},
		{Name: "updated_at", Value: output.Time(u.UpdatedAt)},
		{Name: "last_login_at", Value: output.Time(u.LastLoginAt)},
	}
	return r.fields[:]
}

func licenceValue(l account.Licence) output.Value {
	if !l.Licensed() {
		return output.Null()
	}
	return output.Nested(output.Object{
		{Name: "plan", Value: output.String(string(l.Plan))},
		{Name: "state", Value: output.String(string(l.PlanState))},
	})
}

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
