package store

// Sorter brings any number of keys into order, each with a few bytes to it: in
// memory, and beyond that in a scratch file beside the database.
type Sorter struct {
	changes *buffered
	path    string
}

// Sorter returns one that is empty.
func (s *Store) Sorter() *Sorter {
	return &Sorter{changes: newBuffered(space{}, s.Scratch(), s.opt.Hold), path: s.path}
}

// Add adds a key, which must not be empty nor come twice.
func (s *Sorter) Add(key, value []byte) error {
	s.changes.put(key, value)
	return s.fault()
}

// Each calls fn with the keys in order, until fn returns false.
func (s *Sorter) Each(fn func(key, value []byte) bool) error {
	s.changes.scan(nil, nil, fn)
	return s.fault()
}

func (s *Sorter) fault() error {
	if s.changes.lost == nil {
		return nil
	}
	return asRefused(s.path, s.changes.lost)
}

// Close gives back what the sorter holds.
func (s *Sorter) Close() { _ = s.changes.scratch.Close() }
