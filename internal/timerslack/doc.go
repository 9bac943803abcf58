// Package timerslack keeps the runtime of Go from looking around every few
// microseconds while a short command runs.
//
// A thread of the runtime, its monitor, sleeps for 20 µs at a time, to find out
// whether another thread waits in a system call. For a server that is nothing. A
// command that is over after 5 ms is looked after some forty times, and each time
// a processor has to be woken, which on a virtual machine takes as long as the
// sleep: an eighth of all that adding a user takes (docs/performance.md).
//
// Linux lets a thread say by how much its timers may be late, and threads inherit
// that from the one that makes them. So the program begins at an entry of its own
// (the linker's flag -E, see the Makefile), which allows 3 ms and goes on to where
// Go begins. Linked without the flag it does not, and works all the same.
//
// What works on several processors at once needs threads that wake in time, and
// calls Reset first.
package timerslack
