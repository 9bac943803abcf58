package config

import (
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Finding is something in a configuration that will not work, or not safely,
// although every value is a good one.
type Finding struct {
	Key     string // the setting to look at: "smtp.password_file"
	Message string // what is wrong, lower case, no full stop
	Hint    string // a way on; may be empty
}

// Check looks at what the settings name on this machine, and whether they fit
// together. It connects to nobody and changes nothing. No finding means that
// usher can be run with them.
func Check(c Config) []Finding {
	findings := checkDB(c.DB)
	findings = append(findings, checkSMTP(c.SMTP)...)
	findings = append(findings, checkLinks(c.Links)...)
	for _, name := range c.directoryNames() {
		findings = append(findings, checkDirectory("directories."+name, c.Directories[name])...)
	}
	return findings
}

// checkDB looks at the folder and the file of the database. A file that is not
// there yet is fine.
func checkDB(path string) []Finding {
	if path == "" {
		return []Finding{{"db", "there is no path of a database, and no home to derive it from", "set db"}}
	}
	folder := filepath.Dir(path)
	info, err := os.Stat(folder)
	switch {
	case err != nil:
		return []Finding{{"db", "cannot look at the folder " + folder + ": " + reason(err).Error(), "usher init makes it"}}
	case !info.IsDir():
		return []Finding{{"db", folder + " is not a folder", ""}}
	}
	var findings []Finding
	if openToOthers(info) {
		findings = append(findings, Finding{"db", "the folder " + folder + " is open to others" + modeOf(info), "chmod 700 " + folder})
	}
	info, err = os.Stat(path)
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		findings = append(findings, Finding{"db", path + " is not a file", ""})
	case openToOthers(info):
		findings = append(findings, Finding{"db", "the database " + path + " is open to others" + modeOf(info), "chmod 600 " + path})
	}
	return findings
}

// modeOf returns the permissions for the end of a message.
func modeOf(info fs.FileInfo) string { return " (" + info.Mode().Perm().String()[1:] + ")" }

// checkSMTP looks whether mail can be sent. No host is a choice, not a fault,
// unless the rest says that there should be one.
func checkSMTP(s SMTP) []Finding {
	var findings []Finding
	add := func(key, message, hint string) { findings = append(findings, Finding{"smtp." + key, message, hint}) }
	if s.Host == "" {
		if s.Username != "" || s.PasswordFile != "" || s.From != "" {
			add("host", "no host is set, so no mail is sent", "set smtp.host, or delete the rest of smtp")
		}
		return findings
	}
	if s.From == "" {
		add("from", "no sender is set", "set smtp.from to an address the server accepts")
	}
	if s.Security == "none" && !isThisMachine(s.Host) {
		add("security", "links and temporary passwords go to "+s.Host+" readable on the way", "set smtp.security to starttls or tls")
	}
	return append(findings, checkSignIn(s)...)
}

// checkSignIn looks whether usher can sign in to the mail server, if it is
// meant to.
func checkSignIn(s SMTP) []Finding {
	switch {
	case s.PasswordFile != "" && s.Username != "":
		return checkPrivateFile("smtp.password_file", s.PasswordFile)
	case s.PasswordFile != "":
		return []Finding{{"smtp.username", "there is a password but no user name, so usher does not sign in", "set smtp.username"}}
	case s.Username != "":
		return []Finding{{"smtp.password_file", "there is a user name but no password", "set smtp.password_file"}}
	}
	return nil
}

func checkLinks(l Links) []Finding {
	u, err := url.Parse(l.BaseURL)
	if err != nil || u.Scheme != "http" || isThisMachine(u.Hostname()) {
		return nil
	}
	return []Finding{{"links.base_url", "whoever sees links on their way over http can use them", "set links.base_url to https://" + u.Host + u.Path}}
}

// isThisMachine reports whether a host's name needs no network to be reached.
func isThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

func checkDirectory(key string, d Directory) []Finding {
	var findings []Finding
	if d.URL == "" {
		findings = append(findings, Finding{key + ".url", "no url says where the directory is", "set " + key + ".url"})
	}
	if !strings.Contains(d.BindDN, "{email}") && !strings.Contains(d.BindDN, "{local}") {
		findings = append(findings, Finding{key + ".bind_dn", "the name to sign in as has no place for the user", "set " + key + ".bind_dn to {email}, or to uid={local},ou=people,dc=example,dc=org"})
	}
	if d.CAFile != "" {
		findings = append(findings, checkCertificates(key+".ca_file", d.CAFile)...)
	}
	return findings
}
