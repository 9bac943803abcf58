package service

import (
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
)

// checkedHash judges a new password by the policy and hashes it. It takes a
// tenth of a second, so nothing may be locked while it runs.
func (s *Service) checkedHash(pw password.Plain, orgName, first, last string, email account.Email) (string, error) {
	policy := password.Policy{}
	words := password.Context{Words: []string{orgName, first, last, email.Local(), string(email.Domain())}}
	if err := policy.Err(policy.Check(pw, words)); err != nil {
		return "", err
	}
	return password.HashWith(s.env.Hash, s.env.Random, pw)
}
