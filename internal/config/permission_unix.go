//go:build unix

package config

import "io/fs"

// writableByOthers reports whether anybody but the owner can write the file.
func writableByOthers(info fs.FileInfo) bool { return info.Mode().Perm()&0o022 != 0 }

// openToOthers reports whether anybody but the owner can do anything with it.
func openToOthers(info fs.FileInfo) bool { return info.Mode().Perm()&0o077 != 0 }
