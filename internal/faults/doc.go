// Package faults breaks usher on purpose, and holds it to its promises while it
// does: what was acknowledged is there, nothing is there by half, the log is
// whole, and the next command works. It holds tests only, and nothing imports it.
//
// The tests run the static binary as its users do, each command a process of its
// own. What they find is judged by a reader of the file that is written from
// docs/format.md and not from package store. Every test has a short form, which
// "make test" runs, and a long one, which "make faults" runs; docs/reliability.md
// says what the long one found.
package faults
