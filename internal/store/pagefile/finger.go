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

// fingers are two for each first byte of keys, which are letters, the one that was
// used last in front: the indexes of two properties begin alike, and a change of
// many users comes to both by turns.
type fingers [64][2]*finger

func (f *fingers) at(key []byte) *[2]*finger {
	if len(key) == 0 {
		return &f[0]
	}
	return &f[key[0]%64]
}

// of returns the finger in whose leaf a key stands or nowhere, nil if none is known.
func (f *fingers) of(key []byte) *finger {
	at := f.at(key)
	if at[0].covers(key) {
		return at[0]
	}
	if !at[1].covers(key) {
		return nil
	}
	at[0], at[1] = at[1], at[0]
	return at[0]
}

// put notes the leaf where a key was looked for, in place of the finger that was
// not used for longer, and returns its finger.
func (f *fingers) put(key []byte, leaf page, b bounds) *finger {
	at := f.at(key)
	at[0], at[1] = at[1], at[0]
	if at[0] == nil {
		at[0] = new(finger)
	}
	*at[0] = finger{leaf, b}
	return at[0]
}
