// Package config brings usher's settings together: flags, environment, the
// user's file, the system's file, defaults, in this order, into one struct. It
// promises that every value is checked, that a typing error is found and named
// with its file and line, and that it is known of each value where it came
// from. It reads the files it is told to and nothing else: the environment and
// the flags are given to it, and what a setting means is left to whoever uses
// it. No secret is ever a setting; settings name the files that hold one.
package config
