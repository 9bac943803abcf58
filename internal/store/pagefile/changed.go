package pagefile

import (
	"slices"

	"github.com/usher-admin/usher/internal/store/pagefile/sums"
)

// Changed returns the checks of the pages that the last transaction wrote,
// after a look at each. Before must be the file as it was before. The engine
// writes to no page that was in use, but only to those that were free or behind
// the end: so a page that was neither is as it was, and so is all below it. The
// reader is of no use afterwards: it gives each page back that it is done with.
func (r *Reader) Changed(before *Reader) ([]sums.Page, error) {
	free, err := before.Free()
	if err != nil {
		return nil, err
	}
	c := changed{reader: r, free: free, end: before.meta.end}
	p, err := r.run(r.meta.freelist)
	if err != nil {
		return nil, err
	}
	c.add(p)
	c.done(p)
	if p, err = r.page(r.meta.root, flagBucket); err != nil {
		return nil, err
	}
	c.add(p)
	c.done(p)
	if r.root == 0 || !c.written(r.root) {
		return c.pages, nil
	}
	if p, err = r.first(); err != nil {
		return nil, err
	}
	return c.pages, c.tree(p, bounds{}, 0)
}

// changed is one walk over the pages that were written.
type changed struct {
	reader *Reader
	free   []uint64 // the pages that were free before, in order
	end    uint64   // the first page behind the end before
	pages  []sums.Page
}

func (c *changed) written(id uint64) bool {
	_, was := slices.BinarySearch(c.free, id)
	return was || id >= c.end
}

func (c *changed) add(p page) {
	c.pages = append(c.pages, sums.Page{ID: p.id, Sum: sums.Of(p.body)})
}

func (c *changed) done(p page) { c.reader.source.release(p.id) }

// tree takes a page and what was written below it.
func (c *changed) tree(p page, b bounds, depth int) error {
	defer c.done(p)
	c.add(p)
	if p.kind == kindLeaf {
		return nil
	}
	if depth == maxDepth {
		return damage("its tree has no end")
	}
	for i := range p.len() {
		if !c.written(p.child(i)) {
			continue
		}
		inner := b.of(&p, i)
		child, err := c.reader.below(&p, i, inner)
		if err == nil {
			err = c.tree(child, inner, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
