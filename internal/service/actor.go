package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// The lives of a session (SPEC section 6). Last use is kept to five minutes, so
// that reading commands seldom write.
const (
	sessionLife  = 12 * time.Hour
	sessionIdle  = time.Hour
	sessionTouch = 5 * time.Minute
)

// actor is who acts, with what his credential brought along.
type actor struct {
	access.Actor
	user    account.User
	session account.Session
	service account.ServiceToken
	token   keys.Token // of the session or of the service token
}

// ref returns how the log names the actor.
func (a actor) ref() audit.Ref {
	switch a.Kind {
	case access.User:
		return audit.UserRef(a.User)
	case access.Token:
		return audit.Ref{Type: "token", ID: a.service.Name}
	case access.System:
		return audit.Ref{Type: "system"}
	}
	return audit.Ref{Type: "nobody"}
}

const codeNotSignedIn = "auth.not_signed_in"

func errNotSignedIn(why string) error {
	return account.Errorf(account.Unauthenticated, "%s", why).
		Coded(codeNotSignedIn).
		Hintf("usher login EMAIL")
}

// loadActor finds who acts by the token at hand.
func (s *Service) loadActor(tx *store.Tx) (actor, error) {
	text, isService, err := s.env.Device.Token(tx.Head().Instance)
	if err != nil {
		return actor{}, err
	}
	if isService {
		return s.loadToken(tx, text)
	}
	if text == "" {
		return actor{}, errNotSignedIn("nobody is signed in")
	}
	token, err := keys.ParseToken(keys.Session, text)
	if err != nil {
		return actor{}, errNotSignedIn("the session on this device cannot be read")
	}
	return s.loadSession(tx, token)
}

// loadSession finds the user of a session that still lives.
func (s *Service) loadSession(tx *store.Tx, token keys.Token) (actor, error) {
	session, found, err := tx.Session(token.Hash(keys.Session))
	if err != nil {
		return actor{}, err
	}
	if !found || expired(session, tx.Now) {
		return actor{}, errNotSignedIn("the session has ended")
	}
	user, found, err := tx.User(session.Scope.Org, session.User)
	if err != nil {
		return actor{}, err
	}
	if !found || user.Status != account.StatusActive {
		return actor{}, errNotSignedIn("the session has ended")
	}
	may, err := roleSet(tx, user.Org, user.Role)
	if err != nil {
		return actor{}, err
	}
	who := access.Actor{Kind: access.User, User: user.ID, Org: user.Org, Site: user.Site, May: may, Restricted: session.Restricted}
	return actor{Actor: who, user: user, session: session, token: token}, nil
}

// expired reports whether a session's time is over, by age or idleness.
func expired(s account.Session, now time.Time) bool {
	return !now.Before(s.ExpiresAt) || now.Sub(s.LastSeenAt) > sessionIdle
}

// roleSet returns what a role of an organisation permits.
func roleSet(tx *store.Tx, org account.OrgID, name account.RoleName) (access.Set, error) {
	if set, ok := access.BuiltIn(name); ok {
		return set, nil
	}
	role, found, err := tx.Role(org, name)
	if err != nil {
		return access.Set{}, err
	}
	if !found {
		return access.Set{}, errNoRole(name)
	}
	return permissionSet(role.Allow), nil
}

// stale reports whether the last use of the session or token should be written.
func (a actor) stale(now time.Time) bool {
	switch a.Kind {
	case access.User:
		return now.Sub(a.session.LastSeenAt) >= sessionTouch
	case access.Token:
		return now.Sub(a.service.LastUsedAt) >= sessionTouch
	}
	return false
}

// touch writes the last use of the session or token, if that is due.
func (a actor) touch(tx *store.Tx) error {
	if !a.stale(tx.Now) {
		return nil
	}
	if a.Kind == access.Token {
		return touchToken(tx, a.service, tx.Now)
	}
	current, found, err := tx.Session(a.session.TokenHash)
	if err != nil || !found { // ended by the operation itself
		return err
	}
	current.LastSeenAt = tx.Now
	return tx.PutSession(current)
}

// touchSession writes a session's last use after a reading command. It is
// skipped when it fails: the next command does it.
func (s *Service) touchSession(ctx context.Context, o *op) {
	if !o.actor.stale(o.tx.Now) || s.env.DryRun {
		return
	}
	_ = s.store.Soon().Update(ctx, o.actor.touch)
}
