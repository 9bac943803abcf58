package service

import (
	"context"

	"github.com/usher-admin/usher/internal/keys"
)

// walkOnSystem are the operations of the system user.
func walkOnSystem() []walkOperation {
	return []walkOperation{
		{"AddOrg", 2, func(w *walk, ctx context.Context) error {
			in := InitInput{Org: w.title(), Email: w.email(), Domains: w.domains(), NoEscrow: w.chance(30), Password: w.plain(walkPasswords[0])}
			got, err := w.systemService("").AddOrg(ctx, in)
			w.keepOrgKey(got.OrgKey)
			return err
		}, ""},
		{"RecoverByLink", 2, func(w *walk, ctx context.Context) error {
			got, err := w.systemService(w.orgSlug()).RecoverByLink(ctx, w.reset())
			w.keepLink(got.Link)
			return err
		}, ""},
		{"RecoverToTemporary", 2, func(w *walk, ctx context.Context) error {
			got, err := w.systemService(w.orgSlug()).RecoverToTemporary(ctx, w.reset())
			w.keepTemporary(got.Temporary)
			return err
		}, ""},
		{"RecoverOwner", 3, func(w *walk, ctx context.Context) error {
			_, err := w.systemService(w.orgSlug()).RecoverOwner(ctx, w.heir())
			return err
		}, ""},
		{"RecoverUnlock", 1, func(w *walk, ctx context.Context) error {
			_, err := w.systemService(w.orgSlug()).RecoverUnlock(ctx, w.many(w.whom))
			return err
		}, ""},
		{"RecoverKey", 1, func(w *walk, ctx context.Context) error {
			_, err := w.systemService(w.orgSlug()).RecoverKey(ctx, orNone(w, w.site))
			return err
		}, ""},
		{"ReplaceSystemKey", 1, func(w *walk, ctx context.Context) error {
			fresh, err := keys.NewSystemKey(w.dice)
			w.must(err)
			if _, err = w.systemService("").ReplaceSystemKey(ctx, fresh); happened(err) && !w.dry {
				w.system = fresh
			}
			return err
		}, ""},
	}
}
