package service

import (
	"context"
	"crypto/ed25519"
	"io"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// InitInput is what a new instance is made of.
type InitInput struct {
	Org       string       // the organisation's name, clean
	Slug      account.Slug // "" for the one that the name makes
	Email     account.Email
	Domains   []account.Domain // besides the owner's own
	FirstName string
	LastName  string
	Password  password.Plain
	NoEscrow  bool // keep no way for the system user to the organisation keys
}

// Fresh is what a new instance shows once.
type Fresh struct {
	Instance  account.InstanceID
	Org       account.Organisation
	Owner     account.User
	OrgKey    keys.OrgKey
	SystemKey keys.SystemKey
	SignedIn
}

// Init makes a new database with one organisation, whose owner is signed in.
func (s *Service) Init(ctx context.Context, in InitInput) (Fresh, error) {
	f, err := s.newOrganisation(in)
	if err != nil {
		return Fresh{}, err
	}
	if f.Instance, err = account.NewInstanceID(s.env.Now(), s.env.Random); err != nil {
		return f, err
	}
	if f.SystemKey, err = keys.NewSystemKey(s.env.Random); err != nil {
		return f, err
	}
	hash, err := s.checkedHash(in.Password, firstRules(in))
	if err != nil {
		return Fresh{}, weakHint(err, "take a few words that nobody would put in a row")
	}
	err = s.store.Create(ctx, f.Instance, func(tx *store.Tx) error {
		return s.fillInstance(tx, &f, in, hash)
	})
	return f, err
}

// fillInstance writes the first records and the first event.
func (s *Service) fillInstance(tx *store.Tx, f *Fresh, in InitInput, hash string) error {
	log := openLog(tx, s.env)
	system, err := s.writeInstance(tx, f)
	if err != nil {
		return err
	}
	if in.NoEscrow {
		system = nil
	}
	if err := s.foundOrganisation(tx, f, in, system, hash); err != nil {
		return err
	}
	who := actor{Actor: access.Actor{Kind: access.User, User: f.Owner.ID, Org: f.Org.ID}, user: f.Owner}
	if f.SignedIn, err = s.openSession(tx, f.Owner, f.OrgKey); err != nil {
		return err
	}
	event := audit.Event{Action: "init", Outcome: account.OutcomeOK, Org: f.Org.ID, Target: orgRef(f.Org.ID)}
	if err := log.write(event, who); err != nil {
		return err
	}
	return log.close()
}

// writeInstance writes the instance's own record and returns the public half
// of the system key.
func (s *Service) writeInstance(tx *store.Tx, f *Fresh) ([]byte, error) {
	public, err := f.SystemKey.Public(f.Instance)
	if err != nil {
		return nil, err
	}
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(s.env.Random, seed); err != nil {
		return nil, err
	}
	return public, tx.PutInstance(store.Instance{ID: f.Instance, CreatedAt: tx.Now, System: public, LogSeed: seed})
}

// foundOrganisation writes an organisation with its key, its approved domains
// and its owner.
func (s *Service) foundOrganisation(tx *store.Tx, f *Fresh, in InitInput, system []byte, hash string) error {
	id, err := tx.NewOrgID()
	if err != nil {
		return err
	}
	owner, err := account.NewUserID(tx.Now, s.env.Random)
	if err != nil {
		return err
	}
	f.Org.ID, f.Org.Owner, f.Org.CreatedAt, f.Org.UpdatedAt = id, owner, tx.Now, tx.Now
	f.Owner = account.User{
		ID: owner, Org: id, Email: in.Email, FirstName: in.FirstName, LastName: in.LastName,
		Type: account.TypeHost, Role: account.RoleOwner, Status: account.StatusActive, Auth: account.AuthLocal,
		Locale: account.LocaleEnglish, CreatedAt: tx.Now, UpdatedAt: tx.Now, LastLoginAt: tx.Now,
	}
	if err := tx.PutOrganisation(f.Org); err != nil {
		return err
	}
	scope := f.Owner.Scope()
	kept, err := s.newScopeKey(f.Instance, scope, system, f.OrgKey)
	if err != nil {
		return err
	}
	if err := tx.PutScopeKey(kept); err != nil {
		return err
	}
	for _, d := range append([]account.Domain{in.Email.Domain()}, in.Domains...) {
		if err := tx.PutDomain(account.ApprovedDomain{Org: id, Domain: d, ApprovedAt: tx.Now, ApprovedBy: owner}); err != nil {
			return err
		}
	}
	if err := tx.PutUser(f.Owner); err != nil {
		return err
	}
	return s.putCredential(tx, f.Owner, f.OrgKey, hash, account.Credential{})
}

// openSession makes a session that carries the organisation key.
func (s *Service) openSession(tx *store.Tx, u account.User, k keys.OrgKey) (SignedIn, error) {
	instance := tx.Head().Instance
	token, err := keys.NewToken(s.env.Random)
	if err != nil {
		return SignedIn{}, err
	}
	session := account.Session{
		TokenHash: token.Hash(keys.Session), User: u.ID, Scope: u.Scope(), CreatedAt: tx.Now, LastSeenAt: tx.Now,
		ExpiresAt: tx.Now.Add(sessionLife), ProvenAt: tx.Now, Host: s.env.Origin().Host, Restricted: u.MustChange,
	}
	if session.Carried, err = token.SealKey(s.env.Random, sessionPlace(instance, session.TokenHash), session.Scope, k); err != nil {
		return SignedIn{}, err
	}
	if err := forgetExpired(tx, u.ID); err != nil {
		return SignedIn{}, err
	}
	if err := tx.PutSession(session); err != nil {
		return SignedIn{}, err
	}
	in := SignedIn{Instance: instance, Scope: u.Scope(), Token: token, Key: k}
	in.Identity = Identity{User: u, Via: "session", Expires: session.ExpiresAt}
	if in.Org, _, err = tx.Organisation(u.Org); err != nil {
		return in, err
	}
	in.Site, err = siteSlug(tx, u.Org, u.Site)
	return in, err
}

// SignedIn is what a device keeps of a sign-in.
type SignedIn struct {
	Instance account.InstanceID
	Scope    account.Scope
	Token    keys.Token
	Key      keys.OrgKey
	Identity
}

func orgRef(id account.OrgID) audit.Ref {
	return audit.Ref{Type: "organisation", ID: account.Scope{Org: id}.String()}
}
