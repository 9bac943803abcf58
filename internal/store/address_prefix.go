package store

import "github.com/usher-admin/usher/internal/account"

// AddressesUnder calls fn with the addresses of every organisation that begin
// with a text, in their order, until fn returns false.
func (tx *Tx) AddressesUnder(text string, fn func(account.Email) (bool, error)) error {
	prefix := key(keyAddress, []byte(text))
	return tx.each(prefix, prefix, func(k, _ []byte) (bool, error) { return fn(account.Email(k[1:])) })
}

// AddressesUnderBack is AddressesUnder from the last one.
func (tx *Tx) AddressesUnderBack(text string, fn func(account.Email) (bool, error)) error {
	prefix := key(keyAddress, []byte(text))
	return tx.eachBack(prefix, after(prefix), func(k, _ []byte) (bool, error) { return fn(account.Email(k[1:])) })
}
