// Package architecture keeps the rules of this repository as tests: which
// package may import which, what the shipped code may not take from its
// surroundings, which words no file may hold, and how packages and scripts
// introduce themselves. It holds no code of usher and nothing imports it.
//
// Each rule is a function from a file tree to its violations, so that it is
// tried on a small tree with a planted violation as well as on this one.
package architecture
