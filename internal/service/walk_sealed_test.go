package service

import (
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// sealed: whatever is sealed under an organisation key opens with the one that
// its place has now (P1, P7): passwords, stored passwords, and the key itself
// where it is in escrow.
func (w *walk) sealed(now picture) {
	w.read(func(tx *store.Tx) error {
		o := &op{svc: w.systemService(""), tx: tx}
		return tx.ScopeKeys(func(kept account.ScopeKey) (bool, error) {
			k, ok := matchKey(w.keys, tx.Head().Instance, kept)
			if !ok {
				w.fail("nobody was given the key of %v", kept.Scope)
			}
			w.opens(o, now, kept, k)
			return true, nil
		})
	})
}

// opens opens everything that is sealed under the key of a place.
func (w *walk) opens(o *op, now picture, kept account.ScopeKey, k keys.OrgKey) {
	if len(kept.Escrow) > 0 {
		if escrowed, err := o.openEscrow(kept); err != nil || escrowed != k {
			w.fail("the escrow of %v has another key: %v", kept.Scope, err)
		}
	}
	for _, u := range now.users {
		if u.Scope() != kept.Scope || !u.password {
			continue
		}
		c, _, err := o.tx.Credential(u.Org, u.ID)
		w.must(err)
		if _, err := openPassword(o.tx.Head().Instance, u.User, k, c); err != nil {
			w.fail("the password of %s does not open: %v", u.Email, err)
		}
	}
	v, err := o.vaultOf(kept, k)
	if err != nil {
		w.fail("the stored passwords of %v do not open: %v", kept.Scope, err)
	}
	w.must(o.tx.Secrets(kept.Scope, func(s account.Secret) (bool, error) {
		if _, err := v.details(s); err != nil {
			return false, err
		}
		_, err := v.value(s)
		return true, err
	}))
}
