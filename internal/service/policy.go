package service

import (
	"context"
	"strconv"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// PolicyView is a password policy as commands show it.
type PolicyView struct {
	password.Policy
	Changed account.PasswordPolicy // as it was set; zero fields are usher's own
}

// Weaker reports whether the policy asks for less than NIST SP 800-63B-4, and
// composed whether it asks for kinds of characters, which that advises against.
func (v PolicyView) Weaker() (weaker, composed bool) {
	return v.BelowNIST(), v.MinDigits+v.MinLower+v.MinUpper+v.MinSpecial > 0
}

// PolicyEdit is what to change of a policy; nil fields stay. An empty Blocklist
// takes the organisation's own away.
type PolicyEdit struct {
	MinLength, MinDigits, MinLower, MinUpper, MinSpecial *int
	Message                                              *string
	Blocklist                                            *password.List
}

// readPolicy returns the password policy of an organisation.
func readPolicy(tx *store.Tx, org account.OrgID) (password.Policy, error) {
	kept, err := tx.Policy(org)
	if err != nil {
		return password.Policy{}, err
	}
	list, err := tx.Blocklist(org)
	return policyOf(kept, password.StoredList(list)), err
}

func policyOf(p account.PasswordPolicy, list password.List) password.Policy {
	return password.Policy{
		MinLength: p.MinLength, MinDigits: p.MinDigits, MinLower: p.MinLower, MinUpper: p.MinUpper, MinSpecial: p.MinSpecial,
		Message: p.Message, Blocklist: list,
	}
}

// ShowPolicy returns the password policy of the actor's organisation. Everybody
// who chooses a password may know what is asked for.
func (s *Service) ShowPolicy(ctx context.Context) (PolicyView, error) {
	var v PolicyView
	err := s.view(ctx, access.PasswordPolicy, func(o *op) (err error) {
		o.asked = true
		v, err = o.policyView()
		return err
	})
	return v, err
}

func (o *op) policyView() (v PolicyView, err error) {
	if v.Changed, err = o.tx.Policy(o.actor.Org); err != nil {
		return v, err
	}
	v.Policy, err = readPolicy(o.tx, o.actor.Org)
	return v, err
}

// SetPolicy changes the password policy of the actor's organisation. It judges
// new passwords; those there are stay as they are.
func (s *Service) SetPolicy(ctx context.Context, edit PolicyEdit) (PolicyView, error) {
	var v PolicyView
	err := s.change(ctx, access.PasswordPolicy, func(o *op) error {
		if err := o.allowOrg(orgRef(o.actor.Org)); err != nil {
			return err
		}
		if err := o.setPolicy(edit); err != nil {
			return err
		}
		var err error
		v, err = o.policyView()
		return err
	})
	return v, err
}

func (o *op) setPolicy(edit PolicyEdit) error {
	old, err := o.tx.Policy(o.actor.Org)
	if err != nil {
		return err
	}
	kept, err := o.tx.Blocklist(o.actor.Org)
	if err != nil {
		return err
	}
	p, before, list := old, password.StoredList(kept), password.StoredList(kept)
	set(&p.MinLength, edit.MinLength)
	set(&p.MinDigits, edit.MinDigits)
	set(&p.MinLower, edit.MinLower)
	set(&p.MinUpper, edit.MinUpper)
	set(&p.MinSpecial, edit.MinSpecial)
	set(&p.Message, edit.Message)
	set(&list, edit.Blocklist)
	if err := policyOf(p, list).Validate(); err != nil {
		return err
	}
	if p == old && list == before {
		return nil
	}
	p.UpdatedAt = o.tx.Now
	if err := o.tx.PutPolicy(p); err != nil {
		return err
	}
	if list != before {
		if err := o.tx.PutBlocklist(p.Org, list.Bytes()); err != nil {
			return err
		}
	}
	return o.emit(orgRef(p.Org), 0, policyChanges(old, p, before, list))
}

// policyChanges lists what differs between two policies; of a blocklist the
// number of its entries.
func policyChanges(old, now account.PasswordPolicy, before, after password.List) []audit.Change {
	number := strconv.Itoa
	changes, _ := recordRevisions([]revision{
		{"min_length", number(old.MinLength), number(now.MinLength), false},
		{"min_digits", number(old.MinDigits), number(now.MinDigits), false},
		{"min_lower", number(old.MinLower), number(now.MinLower), false},
		{"min_upper", number(old.MinUpper), number(now.MinUpper), false},
		{"min_special", number(old.MinSpecial), number(now.MinSpecial), false},
		{"message", old.Message, now.Message, false},
		{"blocklist", number(before.Len()), number(after.Len()), false},
	})
	return changes
}
