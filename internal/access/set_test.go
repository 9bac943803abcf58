package access

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// anySet draws a set together with the plain list it is made of.
func anySet(t *rapid.T, name string) (Set, map[Permission]bool) {
	list := rapid.SliceOf(rapid.SampledFrom(All())).Draw(t, name)
	members := make(map[Permission]bool)
	for _, p := range list {
		members[p] = true
	}
	return NewSet(list...), members
}

func TestASetIsTheListItWasMadeOf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, members := anySet(t, "set")
		if s.Len() != len(members) {
			t.Fatalf("length: got %d, want %d", s.Len(), len(members))
		}
		for _, p := range All() {
			if s.Has(p) != members[p] {
				t.Fatalf("has %s: got %v, want %v", p, s.Has(p), members[p])
			}
		}
		if again := NewSet(s.List()...); again != s {
			t.Fatalf("from its own list: got %v, want %v", again.List(), s.List())
		}
	})
}

func TestSetsFollowTheLawsOfSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, inA := anySet(t, "a")
		b, inB := anySet(t, "b")
		for _, p := range All() {
			if got, want := a.And(b).Has(p), inA[p] && inB[p]; got != want {
				t.Fatalf("and has %s: got %v, want %v", p, got, want)
			}
			if got, want := a.Or(b).Has(p), inA[p] || inB[p]; got != want {
				t.Fatalf("or has %s: got %v, want %v", p, got, want)
			}
			if got, want := a.Without(b).Has(p), inA[p] && !inB[p]; got != want {
				t.Fatalf("without has %s: got %v, want %v", p, got, want)
			}
		}
		laws := []struct {
			name string
			ok   bool
		}{
			{"covering means that nothing is lacking", a.Covers(b) == (b.Without(a).Len() == 0)},
			{"a set covers itself", a.Covers(a)},
			{"a set covers what it shares with another", a.Covers(a.And(b))},
			{"both together cover each", a.Or(b).Covers(a) && a.Or(b).Covers(b)},
			{"two that cover each other are one", (a.Covers(b) && b.Covers(a)) == (a == b)},
			{"what was taken out is not shared", a.Without(b).And(b).Len() == 0},
			{"parts make the whole", a.Without(b).Or(a.And(b)) == a},
		}
		for _, law := range laws {
			if !law.ok {
				t.Fatalf("%s: not so for %v and %v", law.name, a.List(), b.List())
			}
		}
	})
}

func TestUnknownPermissionsAreInNoSet(t *testing.T) {
	s := NewSet("user.fly", "", UserAdd)
	if got, want := s.List(), []Permission{UserAdd}; !slices.Equal(got, want) {
		t.Errorf("list: got %v, want %v", got, want)
	}
	if NewSet(All()...).Has("user.fly") {
		t.Error("the set of all has user.fly, want that it does not")
	}
}

// The set has room for two words of bits; a permission more would be lost
// without a sound.
func TestEveryPermissionHasItsBit(t *testing.T) {
	if got, want := NewSet(All()...).Len(), len(All()); got != want {
		t.Errorf("the set of all has %d permissions, want %d", got, want)
	}
	seen := make(map[Permission]bool)
	for _, p := range All() {
		if seen[p] {
			t.Errorf("%s stands twice", p)
		}
		seen[p] = true
	}
}
