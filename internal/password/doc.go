// Package password holds what usher knows about passwords: how one is
// prepared, hashed and verified, also against hashes taken over from other
// systems; what makes one weak; how a temporary one is made; and how long a
// wrong one locks its user out.
//
// It promises that no password, and no hash, ever appears in an error or in
// printed text, and that a hash from a foreign file cannot make it work longer,
// or take more memory, than the ceilings in limits.go. It is pure: randomness
// and time are given to it. Sealing the hash, counting the wrong tries and
// writing any of it down is left to others.
package password
