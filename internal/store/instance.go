package store

import (
	"bytes"
	"time"

	"github.com/usher-admin/usher/internal/account"
)

// Instance is what the file says of itself.
type Instance struct {
	ID        account.InstanceID
	CreatedAt time.Time
	System    []byte // the public half of the system user's key pair
	LogSeed   []byte // the seed of the key that signs checkpoints
	LastOrg   account.OrgID
	LastSite  account.SiteID
}

// Instance returns the instance's record.
func (tx *Tx) Instance() (Instance, error) {
	payload, err := tx.read(key(keyInstance))
	if err != nil {
		return Instance{}, err
	}
	if payload == nil {
		return Instance{}, tx.damaged("the record of the instance is missing")
	}
	var in Instance
	err = decode(payload, func(f field) {
		switch f.number {
		case 1:
			copy(in.ID[:], f.bytes)
		case 2:
			in.CreatedAt = f.time()
		case 3:
			in.System = bytes.Clone(f.bytes)
		case 4:
			in.LogSeed = bytes.Clone(f.bytes)
		case 5:
			in.LastOrg = account.OrgID(f.value)
		case 6:
			in.LastSite = account.SiteID(f.value)
		}
	})
	if err != nil {
		return Instance{}, tx.damaged("the record of the instance cannot be decoded")
	}
	return in, nil
}

// PutInstance writes the instance's record.
func (tx *Tx) PutInstance(in Instance) error {
	var e encoder
	e.bytes(1, in.ID[:])
	e.time(2, in.CreatedAt)
	e.bytes(3, in.System)
	e.bytes(4, in.LogSeed)
	e.uint(5, uint64(in.LastOrg))
	e.uint(6, uint64(in.LastSite))
	return tx.write(key(keyInstance), e.buf)
}

// NewOrgID returns the next number for an organisation.
func (tx *Tx) NewOrgID() (account.OrgID, error) {
	in, err := tx.Instance()
	if err != nil {
		return 0, err
	}
	in.LastOrg++
	return in.LastOrg, tx.PutInstance(in)
}

// NewSiteID returns the next number for a site.
func (tx *Tx) NewSiteID() (account.SiteID, error) {
	in, err := tx.Instance()
	if err != nil {
		return 0, err
	}
	in.LastSite++
	return in.LastSite, tx.PutInstance(in)
}
