package service

import (
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// loadToken finds the service token of a secret. It may do what it was allowed
// and its maker may do now; it ends when he is suspended or deleted.
func (s *Service) loadToken(tx *store.Tx, text string) (actor, error) {
	token, err := keys.ParseToken(keys.Service, text)
	if err != nil {
		return actor{}, err
	}
	t, found, err := tx.ServiceTokenByHash(token.Hash(keys.Service))
	if err != nil {
		return actor{}, err
	}
	if !found || !tx.Now.Before(t.ExpiresAt) {
		return actor{}, keys.ErrToken()
	}
	maker, found, err := tx.User(t.Org, t.CreatedBy)
	if err != nil {
		return actor{}, err
	}
	if !found || maker.Status != account.StatusActive {
		return actor{}, keys.ErrToken()
	}
	may, err := roleSet(tx, maker.Org, maker.Role)
	if err != nil {
		return actor{}, err
	}
	who := access.Actor{Kind: access.Token, User: maker.ID, Org: maker.Org, Site: maker.Site, May: may.And(permissionSet(t.Allow))}
	return actor{Actor: who, user: maker, service: t, token: token}, nil
}

// touchToken writes a service token's last use.
func touchToken(tx *store.Tx, t account.ServiceToken, now time.Time) error {
	current, found, err := tx.ServiceToken(t.Org, t.Name)
	if err != nil || !found || current.TokenHash != t.TokenHash { // revoked by the operation itself
		return err
	}
	current.LastUsedAt = now
	return tx.PutServiceToken(current)
}

func tokenPlace(instance account.InstanceID, hash [32]byte) keys.Place {
	bucket, key := store.TokenPlace(hash)
	return place(instance, bucket, key)
}
