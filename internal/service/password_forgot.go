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

// Whoever forgot his password asks for a link by mail. Every address gets the
// same answer after the same work: the link is committed, or only the event, and
// another process delivers what there is to deliver when the answer was given.

// forgotPause is how long a link that was asked for keeps the next one from
// being made: asking again and again floods nobody's mailbox, and takes no link
// away that is on its way.
const forgotPause = 5 * time.Minute

// ForgotPassword makes a reset link for who has the address or id, and returns it
// for DeliverForgotten. For every other it returns one that nobody has.
func (s *Service) ForgotPassword(ctx context.Context, who account.Identifier) (LinkInput, error) {
	if err := s.needMail(true); err != nil {
		return LinkInput{}, err
	}
	in := LinkInput{Kind: keys.PasswordLink}
	err := s.write(ctx, func(tx *store.Tx) (err error) {
		o := &op{svc: s, tx: tx, action: "password.forgot", log: openLog(tx, s.env), asked: true}
		if in.Token, err = o.forgot(who); err != nil {
			return err
		}
		return o.log.close()
	})
	return in, err
}

// forgot writes the event, and the link where there is somebody to have it. An
// address that belongs to nobody is not kept.
func (o *op) forgot(who account.Identifier) (keys.Token, error) {
	token, err := keys.NewToken(o.svc.env.Random)
	if err != nil {
		return token, err
	}
	u, may, err := o.mayForget(who)
	if err != nil {
		return token, err
	}
	event := audit.Event{Action: string(o.action), Outcome: account.OutcomeOK}
	if !u.ID.IsZero() {
		event.Target, event.Org, event.Site = audit.UserRef(u.ID), u.Org, u.Site
	}
	if !may {
		event.Outcome = account.OutcomeFailed
	} else if err := o.putForgotten(u, token); err != nil {
		return token, err
	}
	return token, o.log.write(event, actor{})
}

// mayForget returns the user who is named, and whether he gets a link: who is
// active and did not get one just now.
func (o *op) mayForget(who account.Identifier) (u account.User, may bool, err error) {
	u, found, err := identify(o.tx, who)
	if err != nil || !found {
		return u, false, err
	}
	links, err := o.tx.UserLinks(u.ID, account.LinkPassword)
	if err != nil {
		return u, false, err
	}
	for _, l := range links {
		if o.tx.Now.Sub(l.CreatedAt) < forgotPause {
			return u, false, nil
		}
	}
	return u, u.Status == account.StatusActive, nil
}

func (o *op) putForgotten(u account.User, token keys.Token) error {
	if err := o.tx.RemoveUserLinks(u.ID, account.LinkPassword); err != nil {
		return err
	}
	life, _ := linkLife(account.LinkPassword)
	return o.tx.PutLink(account.Link{
		TokenHash: token.Hash(keys.PasswordLink), Kind: account.LinkPassword, User: u.ID, Scope: u.Scope(),
		CreatedAt: o.tx.Now, ExpiresAt: o.tx.Now.Add(life),
	})
}

// DeliverForgotten mails a link that ForgotPassword made, and records how that
// went; a link that nobody has is no error. Who has his password in a directory
// is told where instead.
func (s *Service) DeliverForgotten(ctx context.Context, in LinkInput) error {
	if err := s.needMail(true); err != nil {
		return err
	}
	var out outgoing
	err := s.store.View(ctx, func(tx *store.Tx) error {
		l, u, err := findLink(tx, in, account.LinkPassword)
		if err != nil {
			return err
		}
		out, err = s.forgotLetter(tx, l, u, in)
		return err
	})
	if account.KindOf(err) == account.Unauthenticated && err != nil {
		return nil //nolint:nilerr // the link was replaced or used: nothing to mail
	}
	if err != nil {
		return err
	}
	return s.post(ctx, actor{Actor: access.Actor{Kind: access.Nobody}}, []outgoing{out})
}

func (s *Service) forgotLetter(tx *store.Tx, l account.Link, u account.User, in LinkInput) (outgoing, error) {
	out := outgoing{user: u, link: MadeLink{hash: l.TokenHash}}
	kind := account.LetterPasswordReset
	if u.Auth == account.AuthDirectory {
		kind = account.LetterDirectoryPassword
	}
	var err error
	if out.letter, err = newLetter(tx, kind, u, actor{}); err != nil {
		return out, err
	}
	if u.Auth == account.AuthDirectory {
		out.letter.Directory = u.Directory
		_, out.letter.Help, _ = s.describe(u.Directory)
		return out, nil
	}
	out.letter.Expires = l.ExpiresAt
	out.letter.Link, err = keys.FormatLink(s.env.LinkBase, in.Kind, in.Token)
	return out, err
}
