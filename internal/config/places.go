package config

import "path/filepath"

// Places says where the files of the user who runs usher are. A place is empty
// when neither a variable nor a home says where it would be.
type Places struct {
	SystemFile string // configuration of the machine
	UserFile   string // configuration of the user
	DB         string // the database, unless a setting says otherwise
	State      string // folder of the session and the remembered keys
}

// Locate returns the places for the user whose environment is given. The
// database of root belongs to the machine.
func Locate(lookup func(string) (string, bool), root bool) Places {
	p := Places{
		SystemFile: "/etc/usher/usher.yaml",
		UserFile:   base(lookup, "XDG_CONFIG_HOME", ".config", "usher.yaml"),
		DB:         base(lookup, "XDG_DATA_HOME", ".local/share", "usher.db"),
		State:      base(lookup, "XDG_STATE_HOME", ".local/state", ""),
	}
	if root {
		p.DB = "/var/lib/usher/usher.db"
	}
	if state, _ := lookup("USHER_STATE_DIR"); state != "" {
		p.State = state
	}
	return p
}

// base returns the path of a file in usher's folder below the base folder that
// a variable names. As the XDG specification has it, a relative one is ignored.
func base(lookup func(string) (string, bool), variable, below, name string) string {
	if folder, _ := lookup(variable); filepath.IsAbs(folder) {
		return filepath.Join(folder, "usher", name)
	}
	home, _ := lookup("HOME")
	if !filepath.IsAbs(home) {
		return ""
	}
	return filepath.Join(home, below, "usher", name)
}
