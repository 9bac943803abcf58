package service

import (
	"context"

	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
)

// walkOnPasswords are the operations with which people get in and out, and the
// ones on their passwords.
func walkOnPasswords() []walkOperation {
	return []walkOperation{
		{"Login", 6, func(w *walk, ctx context.Context) error {
			w.dry = false // it knows no dry run
			in, err := w.service(hand{}).Login(ctx, LoginInput{Who: w.identifier(), Password: w.password(), Keys: w.keys})
			if err == nil {
				w.keepSession(in.User.Email, in)
			}
			return err
		}, "w"},
		{"Logout", 1, func(w *walk, ctx context.Context) error {
			w.dry = false
			_, err := w.service(w.hand).Logout(ctx)
			return err
		}, ""},
		{"Prove", 10, func(w *walk, ctx context.Context) error {
			w.dry = false
			return w.service(w.hand).Prove(ctx, w.password())
		}, "w"},
		{"AcceptInvite", 8, func(w *walk, ctx context.Context) error {
			return w.redeem(ctx, keys.InviteLink, (*Service).AcceptInvite)
		}, "wk"},
		{"RedeemReset", 7, func(w *walk, ctx context.Context) error {
			return w.redeem(ctx, keys.PasswordLink, (*Service).RedeemReset)
		}, "wk"},
		{"ChangePassword", 4, func(w *walk, ctx context.Context) error {
			from, to := w.password(), w.password()
			if w.chance(60) {
				from, to = w.plain(walkPasswords[0]), w.plain(walkPasswords[1])
			}
			_, err := w.as.ChangePassword(ctx, from, to)
			return err
		}, "w"},
		{"ResetByLink", 7, func(w *walk, ctx context.Context) error {
			got, err := w.as.ResetByLink(ctx, w.reset())
			w.keepLink(got.Link)
			return err
		}, ""},
		{"ResetToTemporary", 4, func(w *walk, ctx context.Context) error {
			got, err := w.as.ResetToTemporary(ctx, w.reset())
			w.keepTemporary(got.Temporary)
			return err
		}, ""},
		{"ForgotPassword", 3, func(w *walk, ctx context.Context) error {
			in, err := w.as.ForgotPassword(ctx, w.identifier())
			if err == nil && !w.dry {
				w.links = keep(w.links, in)
			}
			return err
		}, ""},
		{"DeliverForgotten", 2, func(w *walk, ctx context.Context) error {
			w.dry = false
			return w.service(hand{}).DeliverForgotten(ctx, w.link(keys.PasswordLink))
		}, ""},
		{"SetPolicy", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.SetPolicy(ctx, w.policy())
			return err
		}, ""},
	}
}

// redeem uses a link by somebody who is mostly signed out.
func (w *walk) redeem(ctx context.Context, kind keys.TokenKind, with func(*Service, context.Context, AcceptInput) (SignedIn, error)) error {
	s := w.service(hand{})
	if w.chance(10) {
		s = w.as
	}
	in := AcceptInput{Link: w.link(kind), Password: w.password(), Keys: w.keys}
	if w.chance(20) {
		in.Email = w.email()
	}
	got, err := with(s, ctx, in)
	w.keepSession(got.User.Email, got)
	return err
}

func (w *walk) keepTemporary(text string) {
	if text != "" && !w.dry {
		w.temps = keep(w.temps, text)
	}
}

// reset draws whose password is reset, now and then to a temporary one that is
// given.
func (w *walk) reset() ResetInput {
	in := ResetInput{Who: w.whom(), TTL: orNone(w, w.life), Send: w.mails != nil && w.chance(30)}
	if w.chance(20) {
		in.Temporary = w.plain(walkPasswords[1])
	}
	return in
}

func (w *walk) policy() PolicyEdit {
	length := func() int { return 8 + w.draw.IntN(10) }
	few := func() int { return w.draw.IntN(2) }
	return PolicyEdit{
		MinLength: maybe(w, length), MinDigits: maybe(w, few), MinUpper: maybe(w, few), MinSpecial: maybe(w, few),
		Message: maybe(w, w.firstName), Blocklist: maybe(w, w.blocklist),
	}
}

func (w *walk) blocklist() password.List {
	list, err := password.NewList([]byte(one(w, []string{"", "kiruna\n", "kiruna\nluleå\n"})))
	w.must(err)
	return list
}
