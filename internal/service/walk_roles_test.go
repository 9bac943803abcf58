package service

import "context"

// walkOnRoles are the operations on the organisation's own roles and on service
// tokens, which hold permissions too.
func walkOnRoles() []walkOperation {
	return []walkOperation{
		{"AddRole", 4, func(w *walk, ctx context.Context) error {
			_, err := w.as.AddRole(ctx, w.ownRole(), w.allow())
			return err
		}, ""},
		{"EditRole", 4, func(w *walk, ctx context.Context) error {
			_, err := w.as.EditRole(ctx, w.ownRole(), RoleEdit{Allow: w.allow(), Deny: w.allow()})
			return err
		}, ""},
		{"DeleteRole", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.DeleteRole(ctx, w.ownRole(), orNone(w, w.role))
			return err
		}, ""},
		{"AddToken", 5, func(w *walk, ctx context.Context) error {
			allow := w.allow()
			if w.chance(70) {
				own := w.who.May.List()
				allow = own[:min(len(own), w.draw.IntN(60))]
			}
			got, err := w.as.AddToken(ctx, NewServiceToken{Name: w.tokenName(), Allow: allow, Life: orNone(w, w.life), WithKey: w.chance(50)})
			w.keepToken(got)
			return err
		}, ""},
		{"RevokeTokens", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.RevokeTokens(ctx, w.many(w.tokenName))
			return err
		}, ""},
	}
}
