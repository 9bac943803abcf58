package service

import (
	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// remove deletes what a reset deletes, each thing with its event, and counts it.
// The owner is told first if it was not he who did it.
func (r *reset) remove() error {
	if r.o.actor.Kind == access.System && !r.planning {
		if err := r.o.alarm(r.org); err != nil {
			return err
		}
	}
	if err := r.removeTokens(); err != nil {
		return err
	}
	var err error
	if r.done.Deleted.Secrets, err = r.o.removeSecrets(r.scope); err != nil {
		return err
	}
	return r.removeUsers()
}

// removeTokens ends the service tokens that carry the key of the scope, and those
// that its users made.
func (r *reset) removeTokens() error {
	var doomed []account.ServiceToken
	err := r.o.tx.ServiceTokens(r.scope.Org, func(t account.ServiceToken) (bool, error) {
		maker, found, err := r.o.tx.User(t.Org, t.CreatedBy)
		if found && maker.Scope() == r.scope || len(t.Carried) > 0 && t.Scope == r.scope {
			doomed = append(doomed, t)
		}
		return true, err
	})
	if err != nil {
		return err
	}
	for _, t := range doomed {
		if err := r.o.endToken(t, r.scope.Site); err != nil {
			return err
		}
	}
	r.done.Deleted.Tokens = len(doomed)
	return nil
}

// removeUsers deletes the users of the scope and whatever of them could be read
// in the file: their names leave the log's index too.
func (r *reset) removeUsers() error {
	if err := r.o.eachScopeUser(r.scope, r.removeUser); err != nil {
		return err
	}
	r.done.SignedOut = r.o.actor.Kind == access.User && r.o.actor.user.Scope() == r.scope
	return nil
}

func (r *reset) removeUser(u account.User) error {
	gone := &r.done.Deleted
	gone.Users++
	if u.Plan != "" {
		gone.Seats++
	}
	invited, err := r.o.invited(u)
	if err != nil {
		return err
	}
	if invited {
		gone.Invitations++
	}
	if err := r.o.tx.RemoveUser(u); err != nil {
		return err
	}
	licence := licenceRevisions(u.Licence, account.Licence{})
	changes, _ := recordRevisions([]revision{{"status", string(u.Status), "", false}, licence[0], licence[1]})
	if err := r.o.emit(audit.UserRef(u.ID), u.Site, changes); err != nil {
		return err
	}
	return r.o.eraseUser(u)
}
