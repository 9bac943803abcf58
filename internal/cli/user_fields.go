package cli

import (
	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

// userFields are the flags that say what a user is, shared by add, edit and
// import.
type userFields struct {
	first, last         string
	kind, role, site    string
	directory, language string
	plan                string
}

func (u *userFields) addFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&u.first, "first", "", "first `NAME`")
	f.StringVar(&u.last, "last", "", "last `NAME`")
	u.addPlaceFlags(cmd)
	f.StringVar(&u.language, "locale", "", "language of mails to him: `en|fr|sv`")
}

// addPlaceFlags adds the flags that say where a user stands.
func (u *userFields) addPlaceFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&u.kind, "type", "", "for the whole organisation, or not: `host|individual`")
	f.StringVar(&u.site, "site", "", "the `SITE` he belongs to")
	f.StringVar(&u.role, "role", "", "a `ROLE`: admin, site-admin, member or one of your own")
}

// addLicenceFlag adds the flag of commands that make users.
func (u *userFields) addLicenceFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&u.plan, "licence", "", "give a licence of a `PLAN`")
}

// addDirectoryFlag adds the flag that says who keeps the password.
func (u *userFields) addDirectoryFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&u.directory, "directory", "", "his password is in the directory of this `NAME`; none: it is here")
}

// choice parses a flag whose words are known; another is wrong usage.
func choice[T ~string](flag, text string, parse func(string) (T, error)) (T, error) {
	if text == "" {
		return "", nil
	}
	value, err := parse(text)
	if err != nil {
		return "", usageError("--%s: %s", flag, err).Coded("usage.choice")
	}
	return value, nil
}

// optional parses a flag that may be empty.
func optional[T ~string](text string, parse func(string) (T, error)) (T, error) {
	if text == "" {
		return "", nil
	}
	return parse(text)
}

// name returns the parser of a name that errors call field.
func name(field string) func(string) (string, error) {
	return func(s string) (string, error) { return account.CleanName(field, s) }
}

// parsedFields are userFields made into what they mean.
type parsedFields struct {
	first, last string
	kind        account.UserType
	role        account.RoleName
	site        account.Slug
	locale      account.Locale
	plan        account.PlanName
	directory   string
}

func (u *userFields) parse() (p parsedFields, err error) {
	if p.first, err = optional(u.first, name("first name")); err != nil {
		return p, err
	}
	if p.last, err = optional(u.last, name("last name")); err != nil {
		return p, err
	}
	if p.kind, err = choice("type", u.kind, account.ParseUserType); err != nil {
		return p, err
	}
	if p.role, err = optional(u.role, account.ParseRoleName); err != nil {
		return p, err
	}
	if u.site != account.None {
		if p.site, err = optional(u.site, account.ParseSlug); err != nil {
			return p, err
		}
	}
	if p.plan, err = optional(u.plan, account.ParsePlanName); err != nil {
		return p, err
	}
	p.directory = u.directory
	p.locale, err = choice("locale", u.language, account.ParseLocale)
	return p, err
}

// fill sets the fields of a user to be made.
func (p parsedFields) fill(in *service.NewUser) {
	in.FirstName, in.LastName, in.Type, in.Role, in.Site = p.first, p.last, p.kind, p.role, p.site
	in.Locale, in.Plan = p.locale, p.plan
	if p.directory != account.None {
		in.Directory = p.directory
	}
}
