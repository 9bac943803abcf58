//go:build unix && !linux

package store

import (
	"fmt"
	"os"
)

// lockHolders cannot be asked of this system; the signed lock file has to do.
func lockHolders(*os.File) []int { return nil }

func processName(pid int) string { return fmt.Sprintf("process %d", pid) }
