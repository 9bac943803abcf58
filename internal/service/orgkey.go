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

// SentKey is what became of sending the organisation key to one of many.
type SentKey struct {
	Done
	Link MadeLink
}

// SendKey makes single-use links that store the organisation key on the
// recipients' devices (P2 to P4). Only users of the sender's own scope can be
// sent it, and only by who holds it.
func (s *Service) SendKey(ctx context.Context, many Many, ttl time.Duration, send bool) ([]SentKey, error) {
	if err := s.needMail(send); err != nil {
		return nil, err
	}
	var done []Done
	links := make(map[string]MadeLink)
	err := s.changeMany(ctx, access.OrgkeySend, func(o *op) (err error) {
		done, err = many.each(o, func(who string) (account.User, error) {
			u, link, err := o.sendKey(who, ttl)
			links[who] = link
			if err != nil || !send {
				return u, err
			}
			return u, o.sendLink(account.LetterOrgKey, u, link, true)
		})
		return err
	})
	var sent []SentKey
	for _, d := range done {
		sent = append(sent, SentKey{Done: d, Link: links[d.Who]})
	}
	return sent, err
}

func (o *op) sendKey(who string, ttl time.Duration) (account.User, MadeLink, error) {
	u, err := o.allowUser(who)
	if err != nil {
		return u, MadeLink{}, err
	}
	own := account.Scope{Org: o.actor.Org, Site: o.actor.Site}
	if u.Scope() != own {
		o.refused = &refusal{actor: o.actor, action: o.action, target: audit.UserRef(u.ID), site: u.Site}
		return u, MadeLink{}, account.Errorf(account.Forbidden, "%s belongs to another key scope; a key is sent only within its own", u.Email).
			Coded("key.other_scope").
			Hintf("an admin of his own scope can send it")
	}
	if u.Status == account.StatusSuspended {
		return u, MadeLink{}, errSuspended(u)
	}
	k, err := o.orgKey(own)
	if err != nil {
		return u, MadeLink{}, err
	}
	link, err := o.makeLink(u, account.LinkOrgKey, ttl, &k)
	if err != nil {
		return u, link, err
	}
	return u, link, o.emit(audit.UserRef(u.ID), u.Site, nil)
}

// AcceptedKey is an organisation key that a link brought, for the device.
type AcceptedKey struct {
	Instance account.InstanceID
	Scope    account.Scope
	Name     string // what the key is of: an organisation's slug, or with a site's behind it
	Key      keys.OrgKey
	Email    account.Email
}

// AcceptKey uses a key link up and returns the key it brought.
func (s *Service) AcceptKey(ctx context.Context, in LinkInput) (AcceptedKey, error) {
	var got AcceptedKey
	var wrong error
	err := s.write(ctx, func(tx *store.Tx) (err error) {
		var u account.User
		if got, u, err = s.acceptKey(tx, in); err == nil || account.KindOf(err) != account.Unauthenticated {
			return err
		}
		wrong = err
		return s.recordWrongLink(tx, account.LinkOrgKey, u)
	})
	return got, orElse(err, wrong)
}

// acceptKey writes nothing unless the link can be used.
func (s *Service) acceptKey(tx *store.Tx, in LinkInput) (AcceptedKey, account.User, error) {
	l, u, err := findLink(tx, in, account.LinkOrgKey)
	if err != nil {
		return AcceptedKey{}, u, err
	}
	k, ok, err := linkKey(tx, in, l)
	if err != nil || !ok {
		return AcceptedKey{}, u, orElse(err, keys.ErrLink())
	}
	if err := tx.RemoveLink(l); err != nil {
		return AcceptedKey{}, u, err
	}
	name, err := keyName(tx, l.Scope)
	if err != nil {
		return AcceptedKey{}, u, err
	}
	log := openLog(tx, s.env)
	event := audit.Event{Action: linkAction(account.LinkOrgKey), Outcome: account.OutcomeOK, Target: audit.UserRef(u.ID), Org: u.Org, Site: u.Site}
	if err := log.write(event, actorOf(u)); err != nil {
		return AcceptedKey{}, u, err
	}
	return AcceptedKey{Instance: tx.Head().Instance, Scope: l.Scope, Name: name, Key: k, Email: u.Email}, u, log.close()
}
