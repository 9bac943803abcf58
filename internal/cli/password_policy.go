package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/service"
)

func newPasswordPolicyCmd(a *app) *cobra.Command {
	cmd := newGroup(a, "policy", verb{"show", newPolicyShowCmd}, verb{"set", newPolicySetCmd})
	cmd.Short = "Show and set what is asked of new passwords"
	return cmd
}

func policySpec() output.Spec {
	return output.Spec{Columns: []output.Column{
		{Path: "min_length"}, {Path: "max_length"}, {Path: "min_digits"}, {Path: "min_lower"}, {Path: "min_upper"}, {Path: "min_special"},
		{Path: "message"}, {Path: "blocklist"}, {Path: "below_nist"}, {Path: "updated_at"},
	}}
}

func policyObject(v service.PolicyView) output.Object {
	length := v.MinLength
	if length == 0 {
		length = password.DefaultMinLength
	}
	weaker, composed := v.Weaker()
	return output.Object{
		{Name: "min_length", Value: output.Int(int64(length))},
		{Name: "max_length", Value: output.Int(password.MaxLength)},
		{Name: "min_digits", Value: output.Int(int64(v.MinDigits))},
		{Name: "min_lower", Value: output.Int(int64(v.MinLower))},
		{Name: "min_upper", Value: output.Int(int64(v.MinUpper))},
		{Name: "min_special", Value: output.Int(int64(v.MinSpecial))},
		{Name: "message", Value: output.StringOrNull(v.Message)},
		{Name: "blocklist", Value: output.Int(int64(v.Blocklist.Len()))},
		{Name: "below_nist", Value: output.Bool(weaker || composed)},
		{Name: "updated_at", Value: output.Time(v.Changed.UpdatedAt)},
	}
}

func newPolicyShowCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:         "show",
		Short:       "Show what your organisation asks of new passwords",
		Example:     "  usher password policy show\n  usher password policy show -o json",
		Args:        noArgs,
		Annotations: prints(policySpec()),
		RunE: func(cmd *cobra.Command, _ []string) error {
			p, s, err := a.ready(policySpec())
			if err != nil {
				return err
			}
			v, err := s.ShowPolicy(cmd.Context())
			if err != nil {
				return err
			}
			return p.One(policySpec(), policyObject(v))
		},
	}
}

type policySetOptions struct {
	app                           *app
	length                        int
	digits, lower, upper, special int
	message                       string
	blocklist                     string
}

func newPolicySetCmd(a *app) *cobra.Command {
	o := policySetOptions{app: a}
	cmd := &cobra.Command{
		Use:   "set",
		Short: "Set what your organisation asks of new passwords",
		Long: `Set what your organisation asks of new passwords; what is not given stays as it is.
Passwords that are there already stay good. usher itself asks for 15 characters
and refuses passwords that are guessed first, sequences, and the names that others
know. Shorter ones (at least 8), and numbers of digits, letters and special
characters, are possible; usher says where that is below NIST SP 800-63B-4.`,
		Example: `  usher password policy set --min-length 20
  usher password policy set --blocklist forbidden.txt
  usher password policy set --min-digits 1 --message "With a digit, please."
  usher password policy set --blocklist ""`,
		Args:        noArgs,
		Annotations: prints(policySpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.IntVar(&o.length, "min-length", 0, "at least `N` characters, 8 to 256; 0 is usher's own, 15")
	f.IntVar(&o.digits, "min-digits", 0, "at least `N` digits")
	f.IntVar(&o.lower, "min-lower", 0, "at least `N` small letters")
	f.IntVar(&o.upper, "min-upper", 0, "at least `N` capitals")
	f.IntVar(&o.special, "min-special", 0, "at least `N` characters that are neither letters nor digits")
	f.StringVar(&o.message, "message", "", "your own words about digits, letters and special characters: `TEXT`")
	f.StringVar(&o.blocklist, "blocklist", "", "a `FILE` of words and passwords to refuse, one a line; - is standard input, \"\" is none")
	addChangeFlags(cmd, a)
	return cmd
}

func (o *policySetOptions) run(cmd *cobra.Command) error {
	edit, err := o.edit(cmd)
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(policySpec())
	if err != nil {
		return err
	}
	v, err := s.SetPolicy(cmd.Context(), edit)
	if err != nil {
		return err
	}
	o.app.warnBelowNIST(v)
	return p.One(policySpec(), o.app.marked(policyObject(v)))
}

// warnBelowNIST says where a policy asks for less than it should, or for what
// makes passwords worse.
func (a *app) warnBelowNIST(v service.PolicyView) {
	weaker, composed := v.Weaker()
	if weaker {
		a.warn("this policy is below NIST SP 800-63B-4, which asks for 15 characters of a password used alone")
	}
	if composed {
		a.warn("this policy is below NIST SP 800-63B-4, which advises against asking for digits, capitals or special characters: people meet it by habits that are guessed")
	}
}

func (o *policySetOptions) edit(cmd *cobra.Command) (edit service.PolicyEdit, err error) {
	given := changed(cmd, "min-length", &edit.MinLength, o.length)
	given += changed(cmd, "min-digits", &edit.MinDigits, o.digits)
	given += changed(cmd, "min-lower", &edit.MinLower, o.lower)
	given += changed(cmd, "min-upper", &edit.MinUpper, o.upper)
	given += changed(cmd, "min-special", &edit.MinSpecial, o.special)
	given += changed(cmd, "message", &edit.Message, o.message)
	if cmd.Flags().Changed("blocklist") {
		list, err := o.app.readBlocklist(o.blocklist)
		if err != nil {
			return edit, err
		}
		given += changed(cmd, "blocklist", &edit.Blocklist, list)
	}
	if given == 0 {
		return edit, usageError("nothing to set is given").Hintf("%s", firstExample(cmd))
	}
	return edit, nil
}

// readBlocklist reads a file of words; no name is an empty list.
func (a *app) readBlocklist(path string) (password.List, error) {
	if path == "" {
		return password.List{}, nil
	}
	file, err := a.openInput(path)
	if err != nil {
		return password.List{}, err
	}
	defer file.Close() //nolint:errcheck // only read
	words, err := io.ReadAll(io.LimitReader(file, password.MaxListBytes+1))
	if err != nil {
		return password.List{}, errFile(path, err)
	}
	return password.NewList(words)
}
