package cli

import (
	"github.com/usher-admin/usher/internal/config"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/service/ldapdir"
)

// directories returns those of the configuration, nil where there is none.
func directories(cfg config.Config) service.Directories {
	if len(cfg.Directories) == 0 {
		return nil
	}
	named := make(map[string]ldapdir.Directory, len(cfg.Directories))
	for name, d := range cfg.Directories {
		named[name] = ldapdir.Directory{URL: d.URL, BindDN: d.BindDN, CAFile: d.CAFile, Help: d.Help}
	}
	return ldapdir.Directories{Named: named}
}
