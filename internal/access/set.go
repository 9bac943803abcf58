package access

import "math/bits"

// Set is a set of permissions.
type Set struct{ words [2]uint64 }

// NewSet returns the set of the given permissions; unknown ones are left out.
func NewSet(list ...Permission) Set {
	var s Set
	for _, p := range list {
		if i := p.bit(); i >= 0 {
			s.words[i/64] |= 1 << (i % 64)
		}
	}
	return s
}

// everything is the set of all permissions.
func everything() Set {
	var s Set
	for i := range permissions {
		s.words[i/64] |= 1 << (i % 64)
	}
	return s
}

// Has reports whether p is in the set.
func (s Set) Has(p Permission) bool {
	i := p.bit()
	return i >= 0 && s.words[i/64]&(1<<(i%64)) != 0
}

// Covers reports whether every permission of other is in s.
func (s Set) Covers(other Set) bool {
	return other.words[0]&^s.words[0] == 0 && other.words[1]&^s.words[1] == 0
}

// Without returns the permissions of s that are not in other.
func (s Set) Without(other Set) Set {
	return Set{[2]uint64{s.words[0] &^ other.words[0], s.words[1] &^ other.words[1]}}
}

// And returns the permissions that are in both.
func (s Set) And(other Set) Set {
	return Set{[2]uint64{s.words[0] & other.words[0], s.words[1] & other.words[1]}}
}

// Or returns the permissions that are in either.
func (s Set) Or(other Set) Set {
	return Set{[2]uint64{s.words[0] | other.words[0], s.words[1] | other.words[1]}}
}

// Len returns the number of permissions in the set.
func (s Set) Len() int { return bits.OnesCount64(s.words[0]) + bits.OnesCount64(s.words[1]) }

// List returns the permissions in the order of the commands.
func (s Set) List() []Permission {
	var list []Permission
	for i, p := range permissions {
		if s.words[i/64]&(1<<(i%64)) != 0 {
			list = append(list, p)
		}
	}
	return list
}
