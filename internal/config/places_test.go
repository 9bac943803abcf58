package config

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlaces(t *testing.T) {
	tests := []struct {
		name string
		env  map[string]string
		root bool
		want Places
	}{
		{"a home alone", map[string]string{"HOME": "/home/anna"}, false,
			Places{"/etc/usher/usher.yaml", "/home/anna/.config/usher/usher.yaml", "/home/anna/.local/share/usher/usher.db", "/home/anna/.local/state/usher"}},
		{"the database of root is the machine's", map[string]string{"HOME": "/su"}, true,
			Places{"/etc/usher/usher.yaml", "/su/.config/usher/usher.yaml", "/var/lib/usher/usher.db", "/su/.local/state/usher"}},
		{"base folders that are set", map[string]string{"HOME": "/home/anna", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "/d", "XDG_STATE_HOME": "/s"}, false,
			Places{"/etc/usher/usher.yaml", "/c/usher/usher.yaml", "/d/usher/usher.db", "/s/usher"}},
		{"relative base folders are ignored", map[string]string{"HOME": "/home/anna", "XDG_CONFIG_HOME": "c", "XDG_DATA_HOME": "", "XDG_STATE_HOME": "."}, false,
			Places{"/etc/usher/usher.yaml", "/home/anna/.config/usher/usher.yaml", "/home/anna/.local/share/usher/usher.db", "/home/anna/.local/state/usher"}},
		{"a state folder of usher's own", map[string]string{"HOME": "/home/anna", "USHER_STATE_DIR": "/run/usher"}, false,
			Places{"/etc/usher/usher.yaml", "/home/anna/.config/usher/usher.yaml", "/home/anna/.local/share/usher/usher.db", "/run/usher"}},
		{"no home at all", nil, false, Places{SystemFile: "/etc/usher/usher.yaml"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Locate(lookup(test.env), test.root)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
		})
	}
}
