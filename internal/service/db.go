package service

import (
	"context"

	"github.com/usher-admin/usher/internal/store"
)

// DatabaseInfo returns what the file says of itself; access to the file is
// enough.
func (s *Service) DatabaseInfo(ctx context.Context) (store.Info, error) {
	return s.store.Info(ctx)
}
