package service

import (
	"context"

	"github.com/usher-admin/usher/internal/keys"
)

// walkOnKeys are the operations on organisation keys.
func walkOnKeys() []walkOperation {
	return []walkOperation{
		{"ShowKey", 1, func(w *walk, ctx context.Context) error {
			_, err := w.as.ShowKey(ctx)
			return err
		}, ""},
		{"SendKey", 3, func(w *walk, ctx context.Context) error {
			got, err := w.as.SendKey(ctx, w.many(w.whom), orNone(w, w.life), w.mails != nil && w.chance(50))
			for _, sent := range got {
				w.keepLink(sent.Link)
			}
			return err
		}, ""},
		{"AcceptKey", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.AcceptKey(ctx, w.link(keys.OrgKeyLink))
			return err
		}, ""},
		{"PlanRotation", 1, func(w *walk, ctx context.Context) error {
			_, err := w.as.PlanRotation(ctx, Rotation{Site: orNone(w, w.site)})
			return err
		}, ""},
		{"RotateKey", 3, func(w *walk, ctx context.Context) error {
			got, err := w.as.RotateKey(ctx, w.rotation(ctx))
			w.keepOrgKey(got.Key)
			for _, l := range got.Links {
				w.keepLink(l.Link)
			}
			if happened(err) && got.Session != nil {
				w.keepSession(got.Session.User.Email, *got.Session)
			}
			return err
		}, ""},
		{"PlanReset", 1, func(w *walk, ctx context.Context) error {
			_, err := w.as.PlanReset(ctx, KeyReset{Site: orNone(w, w.site), Key: w.newKey(), Email: w.email()})
			return err
		}, ""},
		{"ResetKey", 2, func(w *walk, ctx context.Context) error {
			s := w.as
			if w.chance(50) {
				s = w.systemService(w.orgSlug())
			}
			return w.resetKey(ctx, s)
		}, ""},
	}
}

// rotation draws a rotation, mostly one that was planned.
func (w *walk) rotation(ctx context.Context) Rotation {
	in := Rotation{Site: orNone(w, w.site), Key: w.newKey(), TTL: orNone(w, w.life), Send: w.mails != nil && w.chance(30)}
	if w.chance(70) {
		in.Plan, _ = w.service(w.hand).PlanRotation(ctx, in)
	}
	return in
}

func (w *walk) resetKey(ctx context.Context, s *Service) error {
	in := KeyReset{Site: orNone(w, w.site), Key: w.newKey(), Email: w.email(), TTL: orNone(w, w.life), Send: w.mails != nil && w.chance(30)}
	if w.chance(60) {
		in.Password, in.Send = w.plain(walkPasswords[0]), false
	}
	var err error
	if in.Plan, err = s.PlanReset(ctx, in); err != nil {
		return err
	}
	got, err := s.ResetKey(ctx, in)
	w.keepOrgKey(got.Key)
	w.keepLink(got.Link)
	if happened(err) && got.Session != nil {
		w.keepSession(got.Admin.Email, *got.Session)
	}
	return err
}
