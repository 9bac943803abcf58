//go:build !linux

package faults

import (
	"errors"
	"testing"
)

// mounted reports that there is no memory disk to be had.
func mounted(t *testing.T, _, _ string) bool {
	t.Helper()
	t.Log("memory disks are mounted on Linux only; nothing is proved here")
	return false
}

// makeReadOnly has nothing to work on.
func makeReadOnly(string) error { return errors.ErrUnsupported }
