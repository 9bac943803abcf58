package keys

import (
	"encoding/binary"

	"github.com/usher-admin/usher/internal/account"
)

// Place is where a sealed record stands. It is bound into the envelope: moved
// to another place, or swapped with its neighbour, a record does not open.
type Place struct {
	Instance account.InstanceID
	Bucket   string
	Key      []byte
	// Schema is the version of the record's own form at the time it was sealed,
	// not the newest of the file: a migration can reseal nothing, as it holds no
	// keys.
	Schema uint32
}

// bytes returns the place as it is bound into an envelope.
func (p Place) bytes() []byte {
	schema := binary.BigEndian.AppendUint32(nil, p.Schema)
	return bind(p.Instance[:], []byte(p.Bucket), p.Key, schema)
}
