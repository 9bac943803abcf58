package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// ShownKey is an organisation key in clear, with the name of its scope: the
// slug of the organisation, and of the site behind a slash.
type ShownKey struct {
	Scope account.Scope
	Name  string
	Key   keys.OrgKey
}

// ShowKey returns the organisation key of the actor's own scope (P6). It asks
// for the password again, and is an event.
func (s *Service) ShowKey(ctx context.Context) (ShownKey, error) {
	var shown ShownKey
	err := s.change(ctx, access.OrgkeyShow, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		if err := o.proven(false); err != nil {
			return err
		}
		own := account.Scope{Org: o.actor.Org, Site: o.actor.Site}
		k, err := o.orgKey(own)
		if err != nil {
			return err
		}
		if shown, err = o.shownKey(own, k); err != nil {
			return err
		}
		return o.emit(scopeRef(own), own.Site, nil)
	})
	return shown, err
}

func (o *op) shownKey(scope account.Scope, k keys.OrgKey) (ShownKey, error) {
	name, err := keyName(o.tx, scope)
	return ShownKey{Scope: scope, Name: name, Key: k}, err
}

// keyName says whose a key is: the slug of the organisation, and behind it that
// of the site.
func keyName(tx *store.Tx, scope account.Scope) (string, error) {
	org, _, err := tx.Organisation(scope.Org)
	if err != nil || scope.Site == 0 {
		return string(org.Slug), err
	}
	site, err := siteSlug(tx, scope.Org, scope.Site)
	return string(org.Slug) + "/" + string(site), err
}

// scopeRef names a key scope in the log: the organisation or the site.
func scopeRef(scope account.Scope) audit.Ref {
	if scope.Site != 0 {
		return siteRef(scope.Site)
	}
	return orgRef(scope.Org)
}

// KeyFinding is something that is wrong with the organisation key of a device.
type KeyFinding struct {
	Kind    string // missing, wrong or damaged
	Where   string // the name of the scope
	Message string
}

// VerifyKey tells what is wrong with the organisation key at hand, nothing if it
// is right: the given one, else those the device remembers. It looks whether the
// key belongs to the actor's own scope, and opens what it should.
func (s *Service) VerifyKey(ctx context.Context, given *keys.OrgKey) ([]KeyFinding, error) {
	var findings []KeyFinding
	err := s.view(ctx, access.OrgkeyVerify, func(o *op) error {
		target := access.Target{Org: o.actor.Org, Site: o.actor.Site, User: o.actor.User}
		if err := o.allow(target, audit.Ref{}, errNoSuch("organisation", "")); err != nil {
			return err
		}
		held := []keys.OrgKey{}
		if given != nil {
			held = append(held, *given)
		} else {
			var err error
			if held, err = s.env.Device.Keys(o.tx.Head().Instance); err != nil {
				return err
			}
		}
		v := keyVerifier{o: o, scope: account.Scope{Org: o.actor.Org, Site: o.actor.Site}}
		err := v.verify(held)
		findings = v.findings
		return err
	})
	return findings, err
}

// keyVerifier gathers what is wrong with the keys at hand.
type keyVerifier struct {
	o        *op
	scope    account.Scope
	findings []KeyFinding
}

func (v *keyVerifier) note(kind, message string) {
	v.findings = append(v.findings, KeyFinding{Kind: kind, Where: v.o.scopeName(v.scope), Message: message})
}

func (v *keyVerifier) verify(held []keys.OrgKey) error {
	kept, found, err := v.o.tx.ScopeKey(v.scope)
	if err != nil || !found {
		return orElse(err, errNoSuch("key scope", v.scope.String()))
	}
	own, right := matchKey(held, v.o.tx.Head().Instance, kept)
	switch {
	case right:
		return v.opens(kept, own)
	case len(held) == 0:
		v.note("missing", "none is at hand")
		return nil
	}
	known, err := anyScopeKey(v.o.tx, held)
	if known {
		v.note("wrong", "it is the key of another scope")
	} else {
		v.note("wrong", "it was replaced since, or is of another database")
	}
	return err
}

// opens looks whether the right key opens what is sealed under it: the key of
// the stored passwords, and the actor's own password.
func (v *keyVerifier) opens(kept account.ScopeKey, k keys.OrgKey) error {
	if _, err := v.o.vaultOf(kept, k); err != nil {
		v.note("damaged", "it does not open the stored passwords, as it should")
	}
	c, found, err := v.o.tx.Credential(v.scope.Org, v.o.actor.User)
	if err != nil || !found {
		return err
	}
	if _, err := openPassword(v.o.tx.Head().Instance, v.o.actor.user, k, c); err != nil {
		v.note("damaged", "it does not open your password, as it should")
	}
	return nil
}
