package service

import (
	"context"

	"github.com/usher-admin/usher/internal/account"
)

// walkOnPlaces are the operations on organisations, sites and domains.
func walkOnPlaces() []walkOperation {
	return []walkOperation{
		{"AddSite", 5, func(w *walk, ctx context.Context) error {
			got, err := w.as.AddSite(ctx, NewSite{Name: w.title(), Admin: w.invitee()})
			w.keepOrgKey(got.Key) // also where only the mail failed
			w.keepLink(got.Link)
			return err
		}, ""},
		{"EditSite", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.EditSite(ctx, w.site(), OrgEdit{Name: maybe(w, w.title), Slug: maybe(w, w.site)})
			return err
		}, ""},
		{"DeleteSite", 6, func(w *walk, ctx context.Context) error {
			_, err := w.as.DeleteSite(ctx, w.site(), maybe(w, w.place))
			return err
		}, ""},
		{"EditOrg", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.EditOrg(ctx, OrgEdit{Name: maybe(w, w.title), Slug: maybe(w, w.site)})
			return err
		}, ""},
		{"DeleteOrg", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.DeleteOrg(ctx, string(w.orgSlug()))
			return err
		}, ""},
		{"Handover", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.Handover(ctx, w.heir())
			return err
		}, ""},
		{"ApproveDomains", 5, func(w *walk, ctx context.Context) error {
			_, err := w.as.ApproveDomains(ctx, w.domains())
			return err
		}, ""},
		{"RevokeDomains", 1, func(w *walk, ctx context.Context) error {
			_, err := w.as.RevokeDomains(ctx, w.domains())
			return err
		}, ""},
	}
}

// domains draws none to three, one sometimes twice.
func (w *walk) domains() (list []account.Domain) {
	for range w.draw.IntN(3) {
		list = append(list, w.domain())
	}
	if len(list) > 0 && w.chance(20) {
		list = append(list, list[0])
	}
	return list
}
