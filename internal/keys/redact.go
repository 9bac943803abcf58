package keys

import (
	"fmt"
	"io"
)

// What stands in place of a secret wherever one is printed by accident: in a
// log line, an error, a table or a JSON object.
const (
	orgKeyRedacted    = "[organisation key]"
	systemKeyRedacted = "[system key]"
	vaultKeyRedacted  = "[vault key]"
	tokenRedacted     = "[token]"
)

// redact writes text for whatever verb was asked: %x of a key is as readable as
// %s.
func redact(w io.Writer, text string) {
	// fmt keeps what it writes in memory, and has no way to be told of an error.
	_, _ = io.WriteString(w, text)
}

// String returns "[organisation key]", never the key.
func (OrgKey) String() string { return orgKeyRedacted }

// GoString returns "[organisation key]", never the key.
func (OrgKey) GoString() string { return orgKeyRedacted }

// Format writes "[organisation key]" for every verb, never the key.
func (OrgKey) Format(f fmt.State, _ rune) { redact(f, orgKeyRedacted) }

// MarshalText returns "[organisation key]", never the key.
func (OrgKey) MarshalText() ([]byte, error) { return []byte(orgKeyRedacted), nil }

// MarshalJSON returns the JSON string "[organisation key]", never the key.
func (OrgKey) MarshalJSON() ([]byte, error) { return []byte(`"` + orgKeyRedacted + `"`), nil }

// String returns "[system key]", never the key.
func (SystemKey) String() string { return systemKeyRedacted }

// GoString returns "[system key]", never the key.
func (SystemKey) GoString() string { return systemKeyRedacted }

// Format writes "[system key]" for every verb, never the key.
func (SystemKey) Format(f fmt.State, _ rune) { redact(f, systemKeyRedacted) }

// MarshalText returns "[system key]", never the key.
func (SystemKey) MarshalText() ([]byte, error) { return []byte(systemKeyRedacted), nil }

// MarshalJSON returns the JSON string "[system key]", never the key.
func (SystemKey) MarshalJSON() ([]byte, error) { return []byte(`"` + systemKeyRedacted + `"`), nil }

// String returns "[vault key]", never the key.
func (VaultKey) String() string { return vaultKeyRedacted }

// GoString returns "[vault key]", never the key.
func (VaultKey) GoString() string { return vaultKeyRedacted }

// Format writes "[vault key]" for every verb, never the key.
func (VaultKey) Format(f fmt.State, _ rune) { redact(f, vaultKeyRedacted) }

// MarshalText returns "[vault key]", never the key.
func (VaultKey) MarshalText() ([]byte, error) { return []byte(vaultKeyRedacted), nil }

// MarshalJSON returns the JSON string "[vault key]", never the key.
func (VaultKey) MarshalJSON() ([]byte, error) { return []byte(`"` + vaultKeyRedacted + `"`), nil }

// String returns "[token]", never the token.
func (Token) String() string { return tokenRedacted }

// GoString returns "[token]", never the token.
func (Token) GoString() string { return tokenRedacted }

// Format writes "[token]" for every verb, never the token.
func (Token) Format(f fmt.State, _ rune) { redact(f, tokenRedacted) }

// MarshalText returns "[token]", never the token.
func (Token) MarshalText() ([]byte, error) { return []byte(tokenRedacted), nil }

// MarshalJSON returns the JSON string "[token]", never the token.
func (Token) MarshalJSON() ([]byte, error) { return []byte(`"` + tokenRedacted + `"`), nil }
