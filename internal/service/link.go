package service

import (
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// A link is good once, for a limited time, and a user has at most one of a kind
// that lives: a new one ends the old one that moment (G4). It is consumed in the
// transaction of its effect. Whatever is wrong with it, the answer is the same.

// linkLife returns how long a link of a kind lives, and may at most.
func linkLife(kind account.LinkKind) (usual, most time.Duration) {
	const day = 24 * time.Hour
	switch kind {
	case account.LinkInvite:
		return 3 * day, 7 * day
	case account.LinkOrgKey:
		return day, 7 * day
	}
	return time.Hour, day
}

// tokenKind returns the kind of token that a link's secret is.
func tokenKind(kind account.LinkKind) keys.TokenKind {
	switch kind {
	case account.LinkInvite:
		return keys.InviteLink
	case account.LinkOrgKey:
		return keys.OrgKeyLink
	}
	return keys.PasswordLink
}

// lifetime returns the life that was asked for, or the usual one.
func lifetime(what string, asked, usual, most time.Duration) (time.Duration, error) {
	switch {
	case asked == 0:
		return usual, nil
	case asked < 0, asked > most:
		return 0, account.Errorf(account.Invalid, "%s cannot live for %s: at most %s", what, account.FormatDuration(asked), account.FormatDuration(most)).Coded("ttl.invalid")
	}
	return asked, nil
}

// MadeLink is a link that was just made. Its text is shown once; a dry run
// shows none.
type MadeLink struct {
	Text    string
	Expires time.Time
	hash    [32]byte
	mailed  *bool // shared by the copies: the mail goes after they were made
}

// Sent reports whether the link was mailed.
func (l MadeLink) Sent() bool { return l.mailed != nil && *l.mailed }

// makeLink makes a link of a kind for a user, ends those he had, and lets it
// carry the organisation key of his scope if one is given.
func (o *op) makeLink(u account.User, kind account.LinkKind, ttl time.Duration, carried *keys.OrgKey) (MadeLink, error) {
	usual, most := linkLife(kind)
	life, err := lifetime("the link", ttl, usual, most)
	if err != nil {
		return MadeLink{}, err
	}
	token, err := keys.NewToken(o.svc.env.Random)
	if err != nil {
		return MadeLink{}, err
	}
	l := account.Link{
		TokenHash: token.Hash(tokenKind(kind)), Kind: kind, User: u.ID, Scope: u.Scope(),
		CreatedAt: o.tx.Now, ExpiresAt: o.tx.Now.Add(life), CreatedBy: o.actor.User,
	}
	if carried != nil {
		if l.Carried, err = token.SealKey(o.svc.env.Random, linkPlace(o.tx.Head().Instance, l.TokenHash), l.Scope, *carried); err != nil {
			return MadeLink{}, err
		}
	}
	if err := o.tx.RemoveUserLinks(u.ID, kind); err != nil {
		return MadeLink{}, err
	}
	if err := o.tx.PutLink(l); err != nil {
		return MadeLink{}, err
	}
	made := MadeLink{Expires: l.ExpiresAt, hash: l.TokenHash, mailed: new(bool)}
	text, err := keys.FormatLink(o.svc.env.LinkBase, tokenKind(kind), token)
	if !o.svc.env.DryRun { // which fails where this does, and shows nothing
		made.Text = text
	}
	return made, err
}

func linkPlace(instance account.InstanceID, hash [32]byte) keys.Place {
	bucket, key := store.LinkPlace(hash)
	return place(instance, bucket, key)
}

// LinkInput is a link as somebody gave it.
type LinkInput struct {
	Kind  keys.TokenKind
	Token keys.Token
}

// findLink returns a link that can still be used, with its user. With ErrLink it
// returns the user too, for the log, where there is one.
func findLink(tx *store.Tx, in LinkInput, kind account.LinkKind) (account.Link, account.User, error) {
	if in.Kind != tokenKind(kind) {
		return account.Link{}, account.User{}, keys.ErrLink()
	}
	l, found, err := tx.Link(in.Token.Hash(in.Kind))
	if err != nil {
		return l, account.User{}, err
	}
	if !found || l.Kind != kind {
		return l, account.User{}, keys.ErrLink()
	}
	u, found, err := tx.User(l.Scope.Org, l.User)
	if err != nil {
		return l, u, err
	}
	over := !tx.Now.Before(l.ExpiresAt) || throttled(l.Tries, tx.Now)
	if !found || over || u.Scope() != l.Scope || u.Status == account.StatusSuspended {
		return l, u, keys.ErrLink()
	}
	return l, u, nil
}

// throttled reports whether wrong tries have locked what they were made at.
func throttled(t account.Tries, now time.Time) bool {
	return now.Before(password.LockedUntil(t.Failures, t.Last)) || password.Disabled(t.Failures)
}

// linkKey opens the organisation key a link carries, false if it carries none.
func linkKey(tx *store.Tx, in LinkInput, l account.Link) (keys.OrgKey, bool, error) {
	if len(l.Carried) == 0 {
		return keys.OrgKey{}, false, nil
	}
	k, err := in.Token.OpenKey(linkPlace(tx.Head().Instance, l.TokenHash), l.Scope, l.Carried)
	if err != nil {
		return k, false, keys.ErrLink()
	}
	kept, found, err := tx.ScopeKey(l.Scope)
	if err != nil {
		return k, false, err
	}
	if !found || !k.Matches(tx.Head().Instance, l.Scope, kept.Check) { // rotated since
		return k, false, keys.ErrLink()
	}
	return k, true, nil
}
