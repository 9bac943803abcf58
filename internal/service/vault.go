package service

import (
	"encoding/json"
	"errors"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// vault is the stored passwords of one scope, open within one operation. Name,
// user name, address and notes of each are sealed together, its value apart from
// them, so that a list never opens a value.
type vault struct {
	o     *op
	scope account.Scope
	key   keys.VaultKey
	site  account.Slug // as it was named; "" for the actor's own scope
}

// openedVault is what became of opening a vault.
type openedVault struct {
	vault *vault
	err   error
}

// openVault opens the stored passwords of a scope with its organisation key, once
// in an operation.
func (o *op) openVault(scope account.Scope) (*vault, error) {
	if opened, done := o.vaults[scope]; done {
		return opened.vault, opened.err
	}
	v, err := o.unlockVault(scope)
	if o.vaults == nil {
		o.vaults = make(map[account.Scope]openedVault)
	}
	o.vaults[scope] = openedVault{v, err}
	return v, err
}

func (o *op) unlockVault(scope account.Scope) (*vault, error) {
	k, err := o.orgKey(scope)
	if err != nil {
		return nil, err
	}
	kept, _, err := o.tx.ScopeKey(scope)
	if err != nil {
		return nil, err
	}
	return o.vaultOf(kept, k)
}

// vaultOf opens the stored passwords of a scope with a key that fits it.
func (o *op) vaultOf(kept account.ScopeKey, k keys.OrgKey) (*vault, error) {
	v, err := k.OpenVault(kept.Scope, vaultPlace(o.tx.Head().Instance, kept.Scope), kept.Vault)
	if err != nil {
		return nil, errDoesNotOpen("the key of the stored passwords", err)
	}
	return &vault{o: o, scope: kept.Scope, key: v}, nil
}

// errDoesNotOpen says that a sealed record does not open although the key is
// the right one.
func errDoesNotOpen(what string, err error) error {
	if !errors.Is(err, keys.ErrSealed) {
		return err
	}
	return account.Errorf(account.Unopenable, "%s does not open with the right key", what).
		Coded("db.damaged").
		Hintf("usher db check")
}

func (v *vault) place(part store.SecretPart, id account.SecretID) keys.Place {
	bucket, key := store.SecretPlace(part, v.scope, id)
	return place(v.o.tx.Head().Instance, bucket, key)
}

func (v *vault) seal(part store.SecretPart, id account.SecretID, plaintext []byte) ([]byte, error) {
	return v.key.SealSecret(v.o.svc.env.Random, v.scope, v.place(part, id), id[:], plaintext)
}

func (v *vault) open(part store.SecretPart, id account.SecretID, envelope []byte) ([]byte, error) {
	plaintext, err := v.key.OpenSecret(v.scope, v.place(part, id), id[:], envelope)
	if err != nil {
		return nil, errDoesNotOpen("a stored password", err)
	}
	return plaintext, nil
}

// sealedDetails is the form in which the details of a stored password are
// sealed. Its field names are part of the file format.
type sealedDetails struct {
	Name     string `json:"name"`
	Username string `json:"username,omitempty"`
	URL      string `json:"url,omitempty"`
	Notes    string `json:"notes,omitempty"`
}

// details opens all of a stored password but its value.
func (v *vault) details(s account.Secret) (account.SecretDetails, error) {
	plaintext, err := v.open(store.SecretDetails, s.ID, s.Details)
	if err != nil {
		return account.SecretDetails{}, err
	}
	var d sealedDetails
	if err := json.Unmarshal(plaintext, &d); err != nil {
		return account.SecretDetails{}, errDoesNotOpen("a stored password", keys.ErrSealed)
	}
	return account.SecretDetails(d), nil
}

// value opens the value of a stored password.
func (v *vault) value(s account.Secret) (keys.StoredPassword, error) {
	plaintext, err := v.open(store.SecretValue, s.ID, s.Value)
	if err != nil {
		return keys.StoredPassword{}, err
	}
	return keys.NewStoredPassword(string(plaintext))
}

// find finds a stored password by name or id.
func (v *vault) find(who string) (s account.Secret, found bool, err error) {
	if id, isID := account.ParseSecretID(who); isID {
		return v.o.tx.Secret(v.scope, id)
	}
	d, err := account.SecretDetails{Name: who}.Clean()
	if err != nil {
		return s, false, err
	}
	mark, err := v.mark(d)
	if err != nil {
		return s, false, err
	}
	return v.o.tx.SecretByMark(v.scope, mark)
}

func (v *vault) mark(d account.SecretDetails) ([16]byte, error) {
	return v.key.NameMark(v.o.tx.Head().Instance, v.scope, d.Key())
}

// write seals and writes a stored password whose name must be free or its own.
// A nil value stays as it is.
func (v *vault) write(s account.Secret, d account.SecretDetails, value *keys.StoredPassword) (account.Secret, error) {
	var err error
	if s.Mark, err = v.mark(d); err != nil {
		return s, err
	}
	holder, found, err := v.o.tx.SecretByMark(v.scope, s.Mark)
	if err != nil {
		return s, err
	}
	if found && holder.ID != s.ID {
		return s, errSecretExists(d.Name)
	}
	if err := v.sealInto(&s, d, value); err != nil {
		return s, err
	}
	s.UpdatedAt, s.UpdatedBy = v.o.tx.Now, v.o.actor.User
	return s, v.o.tx.PutSecret(s)
}

func errSecretExists(name string) error {
	return account.Errorf(account.Conflict, "secret %q already exists", name).
		Coded("secret.exists").
		Hintf("change it with: usher secret edit NAME")
}

// sealInto seals details, and a value if there is one, into the record.
func (v *vault) sealInto(s *account.Secret, d account.SecretDetails, value *keys.StoredPassword) error {
	plaintext, err := json.Marshal(sealedDetails(d))
	if err != nil {
		return err
	}
	if s.Details, err = v.seal(store.SecretDetails, s.ID, plaintext); err != nil || value == nil {
		return err
	}
	s.Value, err = v.seal(store.SecretValue, s.ID, []byte(value.Reveal()))
	return err
}

// remove deletes a stored password; its name stays, sealed, for the log.
func (v *vault) remove(s account.Secret, d account.SecretDetails) error {
	name, err := v.seal(store.SecretName, s.ID, []byte(d.Name))
	if err != nil {
		return err
	}
	return v.o.tx.RemoveSecret(s, name)
}

// removeSecrets deletes every stored password of a scope, with its event, and
// returns how many there were. Its key goes as well, or nobody has it: the names of
// those deleted before are of no more use and go too.
func (o *op) removeSecrets(scope account.Scope) (int, error) {
	var doomed []account.Secret
	err := o.tx.Secrets(scope, func(s account.Secret) (bool, error) {
		doomed = append(doomed, s)
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	for _, s := range doomed {
		if err := o.tx.DropSecret(s); err != nil {
			return 0, err
		}
		if err := o.emit(secretRef(s.ID), scope.Site, nil); err != nil {
			return 0, err
		}
	}
	return len(doomed), o.tx.DropGoneSecrets(scope)
}

// secretName returns the name of a stored password, living or deleted, to who
// holds the key of its scope; its id to others.
func (o *op) secretName(scope account.Scope, text string) (string, error) {
	id, ok := account.ParseSecretID(text)
	if !ok {
		return text, nil
	}
	v, err := o.openVault(scope)
	switch account.KindOf(err) {
	case account.Forbidden, account.NotFound: // not held, or the site is gone
		return text, nil
	}
	if err != nil {
		return text, err
	}
	if s, found, err := o.tx.Secret(scope, id); err != nil || found {
		if err != nil {
			return text, err
		}
		d, err := v.details(s)
		return d.Name, err
	}
	gone, err := o.tx.GoneSecret(scope, id)
	if err != nil || gone == nil { // of before a reset
		return text, err
	}
	name, err := v.open(store.SecretName, id, gone)
	return string(name), err
}

// moveTo seals every stored password, and the names of deleted ones, anew for
// another vault key of the same scope. It returns how many there are.
func (v *vault) moveTo(other *vault) (int, error) {
	var records []account.Secret
	err := v.o.tx.Secrets(v.scope, func(s account.Secret) (bool, error) {
		records = append(records, s)
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	for _, s := range records {
		if err := v.moveOne(other, s); err != nil {
			return 0, err
		}
	}
	return len(records), v.moveNames(other)
}

func (v *vault) moveOne(other *vault, s account.Secret) error {
	d, err := v.details(s)
	if err != nil {
		return err
	}
	if s.Mark, err = other.mark(d); err != nil {
		return err
	}
	if s.Details, err = v.reseal(other, store.SecretDetails, s.ID, s.Details); err != nil {
		return err
	}
	if s.Value, err = v.reseal(other, store.SecretValue, s.ID, s.Value); err != nil {
		return err
	}
	if err := v.o.tx.PutSecret(s); err != nil {
		return err
	}
	return v.o.emit(secretRef(s.ID), v.scope.Site, nil)
}

func (v *vault) reseal(other *vault, part store.SecretPart, id account.SecretID, envelope []byte) ([]byte, error) {
	plaintext, err := v.open(part, id, envelope)
	if err != nil {
		return nil, err
	}
	return other.seal(part, id, plaintext)
}

// moveNames seals the names of deleted stored passwords anew.
func (v *vault) moveNames(other *vault) error {
	gone := make(map[account.SecretID][]byte)
	err := v.o.tx.GoneSecrets(v.scope, func(id account.SecretID, name []byte) (bool, error) {
		gone[id] = name
		return true, nil
	})
	if err != nil {
		return err
	}
	for id, name := range gone {
		if name, err = v.reseal(other, store.SecretName, id, name); err != nil {
			return err
		}
		if err := v.o.tx.PutGoneSecret(v.scope, id, name); err != nil {
			return err
		}
	}
	return nil
}
