package service

import (
	"context"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
)

// A service token lets a script act for who made it, within what it was
// allowed and within what he may do himself at that moment.

// The life of a token (SPEC section 6).
const (
	tokenLife    = 90 * 24 * time.Hour
	tokenLongest = 365 * 24 * time.Hour
)

// NewServiceToken is what a token is made of.
type NewServiceToken struct {
	Name    string
	Allow   []access.Permission
	Life    time.Duration // 0: the usual one
	WithKey bool          // let it carry the organisation key of its maker's scope
}

// TokenView is a token as commands show it.
type TokenView struct {
	account.ServiceToken
	CreatedByEmail account.Email
}

// TooLittleForMembers reports whether the token acts on others but may do less
// than a member, so that by the laws it acts on hardly anybody.
func (v TokenView) TooLittleForMembers() bool { return tooLittleForMembers(permissionSet(v.Allow)) }

// MadeToken is a token just made, whose secret is shown this once.
type MadeToken struct {
	TokenView
	Secret keys.Token
}

func tokenRef(name string) audit.Ref { return audit.Ref{Type: "token", ID: name} }

// AddToken makes a service token. It takes the password of who makes it.
func (s *Service) AddToken(ctx context.Context, in NewServiceToken) (MadeToken, error) {
	life, err := lifetime("the token", in.Life, tokenLife, tokenLongest)
	if err != nil {
		return MadeToken{}, err
	}
	secret, err := keys.NewToken(s.env.Random)
	if err != nil {
		return MadeToken{}, err
	}
	var made MadeToken
	err = s.change(ctx, access.TokenAdd, func(o *op) error {
		if err := o.mayAddToken(in); err != nil {
			return err
		}
		made = MadeToken{Secret: secret, TokenView: TokenView{CreatedByEmail: o.actor.user.Email}}
		made.ServiceToken = account.ServiceToken{
			Org: o.actor.Org, Name: in.Name, TokenHash: secret.Hash(keys.Service), Allow: permissionWords(access.NewSet(in.Allow...)),
			CreatedBy: o.actor.User, CreatedAt: o.tx.Now, ExpiresAt: o.tx.Now.Add(life),
		}
		return o.putToken(&made, in.WithKey)
	})
	return made, err
}

// mayAddToken asks for everything that could be in the way, the password last.
func (o *op) mayAddToken(in NewServiceToken) error {
	if err := o.allowHere(); err != nil {
		return err
	}
	if err := o.mayGrant(access.NewSet(in.Allow...), tokenRef(in.Name), o.actor.Site); err != nil {
		return err
	}
	_, found, err := o.tx.ServiceToken(o.actor.Org, in.Name)
	if err != nil {
		return err
	}
	if found {
		return account.Errorf(account.Conflict, "token %q already exists", in.Name).
			Coded("token.exists").
			Hintf("take another name, or end it first: usher token revoke %s", in.Name)
	}
	return o.provenToChange()
}

// putToken writes a token with its event, and the organisation key sealed under
// its secret where it shall carry one.
func (o *op) putToken(made *MadeToken, withKey bool) error {
	t := &made.ServiceToken
	changes := []audit.Change{{Field: "allow", To: strings.Join(t.Allow, ",")}, {Field: "expires_at", To: t.ExpiresAt.Format(time.RFC3339)}}
	if withKey {
		t.Scope = o.actor.user.Scope()
		k, err := o.orgKey(t.Scope)
		if err != nil {
			return err
		}
		place := tokenPlace(o.tx.Head().Instance, t.TokenHash)
		if t.Carried, err = made.Secret.SealKey(o.svc.env.Random, place, t.Scope, k); err != nil {
			return err
		}
		changes = append(changes, audit.Change{Field: "with_key", To: "true"})
	}
	if err := o.tx.PutServiceToken(*t); err != nil {
		return err
	}
	return o.emit(tokenRef(t.Name), o.actor.Site, changes)
}

// ListTokens returns the service tokens in the actor's reach in the order of
// their names.
func (s *Service) ListTokens(ctx context.Context) ([]TokenView, error) {
	var views []TokenView
	err := s.view(ctx, access.TokenList, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		return o.tx.ServiceTokens(o.actor.Org, func(t account.ServiceToken) (bool, error) {
			maker, found, err := o.tx.User(t.Org, t.CreatedBy)
			if err != nil || !found || o.actor.Site != 0 && maker.Site != o.actor.Site {
				return true, err
			}
			views = append(views, TokenView{ServiceToken: t, CreatedByEmail: maker.Email})
			return true, nil
		})
	})
	return views, err
}

// RevokeTokens ends service tokens by their names. A token speaks for its
// maker, so to end it is to act on him.
func (s *Service) RevokeTokens(ctx context.Context, many Many) ([]Done, error) {
	var done []Done
	err := s.changeMany(ctx, access.TokenRevoke, func(o *op) (err error) {
		done, err = many.each(o, o.revokeToken)
		return err
	})
	return done, err
}

func (o *op) revokeToken(name string) (account.User, error) {
	unseen := errNoSuch("token", name).Hintf("usher token list")
	t, found, err := o.findToken(name)
	if err != nil {
		return account.User{}, err
	}
	if !found {
		return account.User{}, orElse(o.allowHere(), unseen)
	}
	maker, _, err := o.tx.User(t.Org, t.CreatedBy)
	if err != nil {
		return maker, err
	}
	target, err := o.userTarget(maker)
	if err != nil {
		return maker, err
	}
	if err := o.allow(target, tokenRef(t.Name), unseen); err != nil {
		return o.asSeen(maker), err
	}
	return maker, o.endToken(t, maker.Site)
}

// endToken deletes a service token with its event.
func (o *op) endToken(t account.ServiceToken, site account.SiteID) error {
	if err := o.tx.RemoveServiceToken(t); err != nil {
		return err
	}
	return o.emit(tokenRef(t.Name), site, []audit.Change{{Field: "allow", From: strings.Join(t.Allow, ",")}})
}

func (o *op) findToken(text string) (account.ServiceToken, bool, error) {
	name, err := account.ParseTokenName(text)
	if err != nil {
		return account.ServiceToken{}, false, err
	}
	return o.tx.ServiceToken(o.actor.Org, name)
}
