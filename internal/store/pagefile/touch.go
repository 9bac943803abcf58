package pagefile

// The engine follows what pages say without a look at them. These look first at
// every page that it will read for a change, so that nothing is written because
// of a damaged one.

// Touch looks at the pages on the way to a key that shall be put.
func (r *Reader) Touch(key []byte) error {
	_, err := r.seek(func(p *page) int { return place(p, key) })
	return err
}

// TouchAround looks at the pages on the way to a key that shall be deleted, and
// on every level at those beside them: a page that becomes too empty is merged
// with one, and what that leaves of the page above may be merged too.
func (r *Reader) TouchAround(key []byte) error {
	c, err := r.seek(func(p *page) int { return place(p, key) })
	if err != nil {
		return err
	}
	for depth := len(c.way) - 1; depth > 0; depth-- {
		for _, by := range []int{-1, 1} {
			beside := cursor{reader: r, way: append([]step(nil), c.way[:depth]...)}
			if err := beside.move(by); err != nil {
				return err
			}
		}
	}
	return nil
}

// TouchFreelist looks at the list of pages that a change may write to.
func (r *Reader) TouchFreelist() error {
	if r.meta.freelist == noFreelist {
		return nil // the engine finds them by itself
	}
	_, err := r.Free()
	return err
}
