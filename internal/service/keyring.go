package service

import (
	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// orgKey finds the organisation key of a scope among those at hand: given for
// this command, carried by the session, or remembered by the device.
func (o *op) orgKey(scope account.Scope) (keys.OrgKey, error) {
	kept, found, err := o.tx.ScopeKey(scope)
	if err != nil {
		return keys.OrgKey{}, err
	}
	if !found {
		return keys.OrgKey{}, errNoSuch("key scope", scope.String())
	}
	if err := o.forgetHanded(scope); err != nil {
		return keys.OrgKey{}, err
	}
	instance := o.tx.Head().Instance
	held, err := o.svc.env.Device.Keys(instance)
	if err != nil {
		return keys.OrgKey{}, err
	}
	if carried, ok := o.actor.carriedKey(instance); ok {
		held = append(held, carried)
	}
	if k, ok := matchKey(held, instance, kept); ok {
		return k, nil
	}
	return keys.OrgKey{}, o.errKeyElsewhere(scope)
}

// errKeyElsewhere is the error of a key that is not at hand. That of another
// scope than one's own nobody can send, so it says who can go on.
func (o *op) errKeyElsewhere(scope account.Scope) error {
	err := o.svc.errKeyNotHeld(o.scopeName(scope))
	if o.actor.Kind != access.System && scope != o.ownScope() {
		return err.Hintf("give it with --org-key-file FILE, or leave it to who belongs there: a key is sent only within its scope")
	}
	return err
}

// ownScope is the key scope of who acts.
func (o *op) ownScope() account.Scope { return account.Scope{Org: o.actor.Org, Site: o.actor.Site} }

// forgetHanded makes the device forget the key of a site that is not the actor's
// own and whose first admin has accepted it: until then the device of who made
// the site remembers it. What is given for this command alone still counts.
func (o *op) forgetHanded(scope account.Scope) error {
	if scope.Site == 0 || scope == o.ownScope() || o.actor.Kind == access.System {
		return nil
	}
	site, found, err := o.tx.Site(scope.Org, scope.Site)
	if err != nil || found && site.HandedAt.IsZero() {
		return err
	}
	return o.svc.env.Device.ForgetKey(o.tx.Head().Instance, scope)
}

// carriedKey opens the organisation key in the actor's session or token.
func (a actor) carriedKey(instance account.InstanceID) (keys.OrgKey, bool) {
	switch {
	case len(a.session.Carried) > 0:
		k, err := a.token.OpenKey(sessionPlace(instance, a.session.TokenHash), a.session.Scope, a.session.Carried)
		return k, err == nil
	case len(a.service.Carried) > 0:
		k, err := a.token.OpenKey(tokenPlace(instance, a.service.TokenHash), a.service.Scope, a.service.Carried)
		return k, err == nil
	}
	return keys.OrgKey{}, false
}

// matchKey returns the key that a scope's check value belongs to.
func matchKey(held []keys.OrgKey, instance account.InstanceID, kept account.ScopeKey) (keys.OrgKey, bool) {
	for _, k := range held {
		if k.Matches(instance, kept.Scope, kept.Check) {
			return k, true
		}
	}
	return keys.OrgKey{}, false
}

func (o *op) scopeName(scope account.Scope) string {
	if scope.Site != 0 {
		if site, found, err := o.tx.Site(scope.Org, scope.Site); err == nil && found {
			return "site " + string(site.Slug)
		}
	}
	if org, found, err := o.tx.Organisation(scope.Org); err == nil && found {
		return string(org.Slug)
	}
	return scope.String()
}

// The places sealed records are bound to.

func place(instance account.InstanceID, bucket string, key []byte) keys.Place {
	return keys.Place{Instance: instance, Bucket: bucket, Key: key, Schema: sealSchema}
}

// sealSchema is the form of sealed records. It changes when what is sealed does,
// not with every schema of the file.
const sealSchema = 1

func sessionPlace(instance account.InstanceID, hash [32]byte) keys.Place {
	bucket, key := store.SessionPlace(hash)
	return place(instance, bucket, key)
}

func credentialPlace(instance account.InstanceID, org account.OrgID, user account.UserID) keys.Place {
	bucket, key := store.CredentialPlace(org, user)
	return place(instance, bucket, key)
}

func escrowPlace(instance account.InstanceID, scope account.Scope) keys.Place {
	return place(instance, "escrow", []byte(scope.String()))
}

func vaultPlace(instance account.InstanceID, scope account.Scope) keys.Place {
	return place(instance, "vault", []byte(scope.String()))
}

// sealPassword seals a password's hash for a user's credential.
func (s *Service) sealPassword(instance account.InstanceID, u account.User, k keys.OrgKey, hash string) ([]byte, error) {
	return k.Seal(s.env.Random, keys.PurposePassword, u.Scope(), credentialPlace(instance, u.Org, u.ID), []byte(hash))
}

// openPassword returns the hash in a user's credential.
func openPassword(instance account.InstanceID, u account.User, k keys.OrgKey, c account.Credential) (string, error) {
	hash, err := k.Open(keys.PurposePassword, u.Scope(), credentialPlace(instance, u.Org, u.ID), c.Sealed)
	return string(hash), err
}

// newScopeKey makes what is kept of a scope's fresh organisation key: its check
// value, its escrow for the system user, and a fresh vault key.
func (s *Service) newScopeKey(instance account.InstanceID, scope account.Scope, system []byte, k keys.OrgKey) (account.ScopeKey, error) {
	kept := account.ScopeKey{Scope: scope, Check: k.CheckValue(instance, scope)}
	vault, err := keys.NewVaultKey(s.env.Random)
	if err != nil {
		return kept, err
	}
	if kept.Vault, err = k.SealVault(s.env.Random, scope, vaultPlace(instance, scope), vault); err != nil {
		return kept, err
	}
	if len(system) > 0 {
		kept.Escrow, err = keys.SealToSystem(system, escrowPlace(instance, scope), scope, k)
	}
	return kept, err
}
