package pagefile

import "bytes"

// gap is a stretch where no key is, as a look for one found it. Most users have
// neither sessions nor links nor mailboxes, and all of them are missed in the same
// few gaps.
type gap struct {
	low  []byte // no key stands between this and next
	next []byte // nil: there is none any more
	// what stands under next
	value []byte
}

// covers reports whether a key stands in the gap.
func (g *gap) covers(key []byte) bool {
	return g != nil && bytes.Compare(g.low, key) < 0 && (g.next == nil || bytes.Compare(key, g.next) < 0)
}

// gaps are the last ones, for each first byte of the keys that were missed.
type gaps [64]*gap

func (g *gaps) of(key []byte) *gap { return *g.at(key) }

func (g *gaps) at(key []byte) **gap {
	if len(key) == 0 {
		return &g[0]
	}
	return &g[key[0]%64]
}

// Bare reports whether it is known, from what was looked for before, that no key
// begins with prefix.
func (r *Reader) Bare(prefix []byte) bool {
	g := r.bare.of(prefix)
	return g.covers(prefix) && !bytes.HasPrefix(g.next, prefix)
}

// put notes where a key was missed.
func (g *gaps) put(key []byte, missed gap) {
	at := g.at(key)
	if *at == nil {
		*at = new(gap)
	}
	**at = missed
}

// before returns the gap in front of an element of the leaf.
func (f *finger) before(i int) gap {
	g := gap{low: f.bounds.low}
	if i > 0 {
		g.low = f.leaf.key(i - 1)
	}
	g.next, g.value = f.leaf.entry(i)
	return g
}
