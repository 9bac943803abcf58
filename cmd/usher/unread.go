package main

import "golang.org/x/sys/unix"

// unread returns whether the reader of a pipe has gone, which a program that
// waits would learn only from its next write.
func unread(fd uintptr) func() bool {
	return func() bool {
		fds := []unix.PollFd{{Fd: int32(fd)}}
		n, err := unix.Poll(fds, 0)
		return err == nil && n > 0 && fds[0].Revents&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) != 0
	}
}
