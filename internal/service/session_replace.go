package service

import (
	"context"
	"errors"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// errNothingReplaced takes back a transaction that has nothing to write.
var errNothingReplaced = errors.New("no session was replaced")

// EndReplaced ends the session of a token that its device keeps no longer, for
// another has taken its place: nobody could use it, or end it here. Its own token
// ends it, as a logout before the login would have. One that has ended by itself,
// or cannot be read, is no error.
func (s *Service) EndReplaced(ctx context.Context, text string) error {
	token, err := keys.ParseToken(keys.Session, text)
	if err != nil {
		return nil //nolint:nilerr // it never was a session of use
	}
	err = s.store.Update(ctx, func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		who, err := s.loadSession(tx, token)
		if account.KindOf(err) == account.Unauthenticated {
			return errNothingReplaced
		}
		if err != nil {
			return err
		}
		if err := tx.RemoveSession(who.session); err != nil {
			return err
		}
		e := audit.Event{
			Action: "logout", Outcome: account.OutcomeOK, Target: audit.UserRef(who.User), Org: who.Org, Site: who.Site,
			Changes: []audit.Change{{Field: "session", From: who.session.ID().String()}},
		}
		if err := log.write(e, who); err != nil {
			return err
		}
		return log.close()
	})
	if errors.Is(err, errNothingReplaced) {
		return nil
	}
	return err
}
