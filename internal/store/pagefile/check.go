package pagefile

import "github.com/usher-admin/usher/internal/store/pagefile/sums"

// Check looks at the whole file: every page of the tree, that no key is out of
// place, and that each page belongs to the tree or to the free list and to
// neither twice.
func (r *Reader) Check() error {
	_, err := r.Sums()
	return err
}

// Sums looks at the whole file as Check does and returns the checks of the pages
// in use.
func (r *Reader) Sums() ([]sums.Page, error) {
	c := check{reader: r, met: newBitmap(r.meta.end)}
	if err := c.all(); err != nil {
		return nil, err
	}
	return c.pages, nil
}

// check is one look at the whole file.
type check struct {
	reader *Reader
	met    bitmap
	pages  []sums.Page
}

func (c *check) all() error {
	r := c.reader
	if err := c.meet(r.meta.root); err != nil {
		return err
	}
	if err := c.freelist(); err != nil {
		return err
	}
	if r.root != 0 {
		p, err := r.first()
		if err == nil {
			err = c.tree(p, bounds{}, 0)
		}
		if err != nil {
			return err
		}
	}
	for id := uint64(pageFreelist); id < r.meta.end; id++ {
		if !c.met.has(id) {
			return damage("page %d is neither used nor free", id)
		}
	}
	return nil
}

// meet notes the pages of a run, each of which may be met once.
func (c *check) meet(id uint64) error {
	p, err := c.reader.run(id)
	if err != nil {
		return err
	}
	c.pages = append(c.pages, sums.Page{ID: id, Sum: sums.Of(p.body)})
	for i := range uint64(p.overflow) + 1 {
		if err := c.note(id + i); err != nil {
			return err
		}
	}
	return nil
}

func (c *check) note(id uint64) error {
	if c.met.has(id) {
		return damage("page %d is used twice", id)
	}
	c.met.add(id)
	return nil
}

func (c *check) freelist() error {
	if c.reader.meta.freelist == noFreelist {
		return damage("it has no free list")
	}
	if err := c.meet(c.reader.meta.freelist); err != nil {
		return err
	}
	ids, err := c.reader.Free()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := c.note(id); err != nil {
			return err
		}
	}
	return nil
}

// tree looks at a page and all below it.
func (c *check) tree(p page, b bounds, depth int) error {
	if err := c.meet(p.id); err != nil || p.kind == kindLeaf {
		return err
	}
	for i := range p.len() {
		inner := b.of(&p, i)
		child, err := c.reader.below(&p, i, inner)
		if err == nil && depth == maxDepth {
			err = damage("its tree has no end")
		}
		if err == nil {
			err = c.tree(child, inner, depth+1)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
