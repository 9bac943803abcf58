package pagefile

// Beside returns a reader of the same state for another goroutine. Each looks at
// the pages that it comes to by itself; the file's bytes are mapped for all.
func (r *Reader) Beside() (*Reader, error) {
	if _, err := r.source.whole(); err != nil {
		return nil, err
	}
	beside := *r
	beside.looked, beside.near, beside.bare, beside.sure, beside.touching = newPageSet(r.meta.end), fingers{}, gaps{}, nil, nil
	if r.sums != nil {
		beside.sums = r.sums.Beside()
	}
	return &beside, nil
}

// Ahead returns the key with which a leaf begins, or began once: the one that so
// many leaves further than that of from. nil: there are not so many. It takes a
// look at branches alone.
func (r *Reader) Ahead(from []byte, leaves int) ([]byte, error) {
	c, err := r.seek(func(p *page) int { return place(p, from) })
	if err != nil || len(c.way) == 1 {
		return nil, err
	}
	above := len(c.way) - 1 // how many branches stand above a leaf
	c.way = c.way[:above]
	for {
		s := &c.way[above-1]
		if s.page.kind != kindBranch {
			return nil, damage("page %d is a leaf where a branch should be", s.page.id)
		}
		if s.at+leaves < s.page.len() {
			return s.page.key(s.at + leaves), nil
		}
		leaves -= s.page.len() - s.at
		if more, err := c.branch(above); err != nil || !more {
			return nil, err
		}
	}
}

// branch goes to the first child of the next branch of a level; false: it was the
// last one.
func (c *cursor) branch(level int) (bool, error) {
	for c.way = c.way[:level-1]; len(c.way) > 0; c.way = c.way[:len(c.way)-1] {
		s := &c.way[len(c.way)-1]
		if s.at++; s.at < s.page.len() {
			return true, c.down(level)
		}
	}
	return false, nil
}

// down goes to the first children below, until the way has so many steps.
func (c *cursor) down(steps int) error {
	for len(c.way) < steps {
		s := &c.way[len(c.way)-1]
		b := s.bounds.of(&s.page, s.at)
		child, err := c.reader.below(&s.page, s.at, b)
		if err != nil {
			return err
		}
		if child.kind != kindBranch {
			return damage("page %d is a leaf where a branch should be", child.id)
		}
		c.way = append(c.way, step{child, 0, b})
	}
	return nil
}
