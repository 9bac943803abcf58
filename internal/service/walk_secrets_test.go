package service

import (
	"context"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
)

// walkOnSecrets are the operations on stored passwords.
func walkOnSecrets() []walkOperation {
	return []walkOperation{
		{"AddSecret", 6, func(w *walk, ctx context.Context) error {
			_, err := w.as.AddSecret(ctx, orNone(w, w.site), NewSecret{SecretDetails: account.SecretDetails{Name: w.secretName()}, Value: w.stored()})
			return err
		}, ""},
		{"EditSecret", 3, func(w *walk, ctx context.Context) error {
			edit := SecretEdit{Name: maybe(w, w.secretName), Username: maybe(w, w.firstName), Value: maybe(w, func() keys.StoredPassword { return w.stored() })}
			_, err := w.as.EditSecret(ctx, orNone(w, w.site), w.secretName(), edit)
			return err
		}, ""},
		{"DeleteSecrets", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.DeleteSecrets(ctx, orNone(w, w.site), w.many(w.secretName))
			return err
		}, ""},
		{"ImportSecrets", 3, func(w *walk, ctx context.Context) error {
			file := "name,username,url,notes,value\n"
			for range w.draw.IntN(4) {
				file += w.secretName() + ",root,,,x\n"
			}
			_, err := w.as.ImportSecrets(ctx, SecretImport{File: strings.NewReader(file), Site: orNone(w, w.site), Upsert: w.chance(60), KeepGoing: w.chance(40)})
			return err
		}, ""},
	}
}
