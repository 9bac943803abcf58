package service

import (
	"context"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// Some users' passwords are kept in a directory, such as an Active Directory.
// They sign in with the password they have there, and with the organisation key
// as everybody does; every command about passwords tells them where theirs is.

// Directories knows the directories of the configuration.
type Directories interface {
	// Describe returns where a directory is and what it says about changing a
	// password there; false for a name that is not configured.
	Describe(name string) (address, help string, found bool)
	// Verify reports whether a directory takes an address and a password.
	Verify(ctx context.Context, name string, email account.Email, pw password.Plain) (bool, error)
}

// describe is Directories.Describe, also where no directory is configured.
func (s *Service) describe(name string) (address, help string, found bool) {
	if s.env.Directories == nil {
		return "", "", false
	}
	return s.env.Directories.Describe(name)
}

// errDirectory says where the password of a directory user is.
func (s *Service) errDirectory(u account.User) error {
	address, help, _ := s.describe(u.Directory)
	where := u.Directory
	if address != "" {
		where += " (" + address + ")"
	}
	if help == "" {
		help = "it is changed there; whoever looks after the directory can help"
	}
	return account.Errorf(account.Forbidden, "the password of %s is kept in the directory %s, not by usher", u.Email, where).
		Coded("password.directory").
		Hintf("%s", help)
}

// knownDirectory makes sure that a directory is configured.
func (s *Service) knownDirectory(name string) error {
	if _, _, found := s.describe(name); found {
		return nil
	}
	return errNoSuch("directory", name).Hintf("usher config show lists the directories; they are set under directories.NAME")
}

// askDirectory asks the directory of a user for his password. Where it cannot
// say, the try that was counted is taken back: nobody is locked out because a
// directory is down.
func (s *Service) askDirectory(ctx context.Context, c candidate, pw password.Plain) (bool, error) {
	err := s.knownDirectory(c.directory)
	right := false
	if err == nil {
		right, err = s.env.Directories.Verify(ctx, c.directory, c.user.Email, pw)
	}
	if err == nil {
		return right, nil
	}
	taken := s.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		tries, err := tx.Tries(c.user.ID)
		if err != nil || tries != c.tries { // somebody else tried meanwhile
			return err
		}
		return tx.PutTries(c.user.ID, c.before)
	})
	return false, orElse(taken, err)
}
