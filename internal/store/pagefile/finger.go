package pagefile

import "bytes"

// finger is the leaf where a key was looked for last. Keys that begin alike are
// often asked for in a row, in their order or where there are none: they are
// found, or missed, without going down from the root again.
type finger struct {
	leaf   page
	bounds bounds
}

// covers reports whether a key stands in the leaf or nowhere.
func (f *finger) covers(key []byte) bool {
	return f != nil && bytes.Compare(key, f.bounds.low) >= 0 && (f.bounds.high == nil || bytes.Compare(key, f.bounds.high) < 0)
}

// fingers are one for each first byte of keys, which are letters.
type fingers [64]*finger

func (f *fingers) at(key []byte) **finger {
	if len(key) == 0 {
		return &f[0]
	}
	return &f[key[0]%64]
}

func (f *fingers) of(key []byte) *finger { return *f.at(key) }

// put notes the leaf where a key was looked for.
func (f *fingers) put(key []byte, leaf page, b bounds) {
	at := f.at(key)
	if *at == nil {
		*at = new(finger)
	}
	**at = finger{leaf, b}
}
