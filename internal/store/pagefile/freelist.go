package pagefile

import "encoding/binary"

// freelistMany in a free list's header says that its first number is how many
// there are.
const freelistMany = 0xFFFF

// FreeShare returns how much of the file's pages hold nothing, between 0 and 1.
func (r *Reader) FreeShare() (float64, error) {
	count, _, err := r.freelist()
	return float64(count) / float64(r.meta.end), err
}

// freelist returns how many free pages there are, and the row of their numbers.
func (r *Reader) freelist() (count uint64, body []byte, err error) {
	p, err := r.run(r.meta.freelist)
	if err == nil {
		err = r.whole(p)
	}
	if err != nil {
		return 0, nil, err
	}
	if p.kind != kindFreelist {
		return 0, nil, damage("page %d is not the free list", p.id)
	}
	count, body = uint64(p.count), p.body[headerSize:]
	if count == freelistMany {
		count, body = binary.NativeEndian.Uint64(body), body[8:]
	}
	if count > uint64(len(body))/8 {
		return 0, nil, damage("the free list has no room for its %d pages", count)
	}
	return count, body, nil
}

// Free returns the pages that hold nothing, in order: those the next change may
// write to.
func (r *Reader) Free() ([]uint64, error) {
	count, body, err := r.freelist()
	if err != nil {
		return nil, err
	}
	ids := make([]uint64, count)
	last := uint64(pageFreelist - 1)
	for i := range ids {
		ids[i] = binary.NativeEndian.Uint64(body[8*i:])
		if ids[i] <= last || ids[i] >= r.meta.end {
			return nil, damage("the free list is not in order")
		}
		last = ids[i]
	}
	return ids, nil
}
