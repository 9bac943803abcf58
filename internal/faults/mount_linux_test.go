package faults

import (
	"syscall"
	"testing"
)

// mounted mounts a memory disk on a folder of a world, if it may.
func mounted(t *testing.T, place, options string) bool {
	t.Helper()
	if err := syscall.Mount("tmpfs", place, "tmpfs", 0, options); err != nil {
		t.Logf("without the right to mount, nothing is proved here: %v", err)
		return false
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(place, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return true
}

// makeReadOnly lets nobody write to a memory disk any more.
func makeReadOnly(place string) error {
	return syscall.Mount("tmpfs", place, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, "")
}
