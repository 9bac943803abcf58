// Package shorthand writes the lines of the log shorter than they are, so that
// they can be kept in less room, and restores them to the byte. It knows how a
// line usually looks: the names of its members, the words that stand in it, ids,
// hashes and times. What it cannot write shorter and restore, it leaves alone.
// It does not understand an event, and vouches for nothing: that is what the
// hashes over the restored line are for.
package shorthand
