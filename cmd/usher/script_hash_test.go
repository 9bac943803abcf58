package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// cmdHash is "hash EMAIL PREFIX": the hash that is kept of the user's password,
// opened with the key in org.key, begins so: $argon2id$, $2b$. Nothing in usher
// shows a hash, so this looks into the database itself.
func cmdHash(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: hash EMAIL PREFIX")
	}
	hash, err := keptHash(houseOf(ts), args[0])
	ts.Check(err)
	if strings.HasPrefix(hash, args[1]) == neg {
		ts.Fatalf("the hash of %s is %q", args[0], hash)
	}
}

func keptHash(h *house, address string) (string, error) {
	email, err := account.ParseEmail(address)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(filepath.Join(h.work, "org.key"))
	if err != nil {
		return "", err
	}
	key, err := keys.ParseOrgKey(string(text))
	if err != nil {
		return "", err
	}
	var hash []byte
	err = openStore(h).View(context.Background(), func(tx *store.Tx) error {
		holder, _, err := tx.Address(email)
		if err != nil {
			return err
		}
		user, _, err := tx.User(holder.Org, holder.User)
		if err != nil {
			return err
		}
		kept, _, err := tx.Credential(user.Org, user.ID)
		if err != nil {
			return err
		}
		bucket, k := store.CredentialPlace(user.Org, user.ID)
		place := keys.Place{Instance: tx.Head().Instance, Bucket: bucket, Key: k, Schema: 1}
		hash, err = key.Open(keys.PurposePassword, user.Scope(), place, kept.Sealed)
		return err
	})
	return string(hash), err
}
