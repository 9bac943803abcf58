//go:build !unix

package config

import "io/fs"

// The permission bits of this system say nothing about other users.

func writableByOthers(fs.FileInfo) bool { return false }

func openToOthers(fs.FileInfo) bool { return false }
