package store

import (
	"bytes"

	"github.com/usher-admin/usher/internal/account"
)

// AddressesUnder calls fn with the addresses of every organisation that begin
// with a text, in their order, until fn returns false.
func (tx *Tx) AddressesUnder(text string, fn func(account.Email) (bool, error)) error {
	prefix := key(keyAddress, []byte(text))
	return tx.each(prefix, prefix, addressVisitor(fn))
}

// AddressesUnderBack is AddressesUnder from the last one.
func (tx *Tx) AddressesUnderBack(text string, fn func(account.Email) (bool, error)) error {
	prefix := key(keyAddress, []byte(text))
	return tx.eachBack(prefix, after(prefix), addressVisitor(fn))
}

// addressVisitor passes those over who had an address before.
func addressVisitor(fn func(account.Email) (bool, error)) func(k, _ []byte) (bool, error) {
	return func(k, _ []byte) (bool, error) {
		if bytes.IndexByte(k, 0) >= 0 {
			return true, nil
		}
		return fn(account.Email(k[1:]))
	}
}
