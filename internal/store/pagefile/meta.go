package pagefile

import (
	"encoding/binary"
	"hash/fnv"
)

const (
	minPageSize = 1 << 10
	maxPageSize = 16 << 20
	noFreelist  = 1<<64 - 1 // the engine can be told to keep none in the file
)

// meta is one of the two pages that say where everything is.
type meta struct {
	pageSize uint32
	root     uint64 // the leaf that names the bucket
	freelist uint64
	end      uint64 // the first page that was never used
	txid     uint64
	check    uint64 // over all of it, once it was read or written
}

// put writes the meta page, which stands in turns at both places, and works out
// its check.
func (m *meta) put(page []byte) {
	header{id: m.txid % 2, kind: kindMeta}.put(page)
	body := page[headerSize : headerSize+metaSize]
	binary.NativeEndian.PutUint32(body, magic)
	binary.NativeEndian.PutUint32(body[4:], version)
	binary.NativeEndian.PutUint32(body[8:], m.pageSize)
	binary.NativeEndian.PutUint64(body[16:], m.root)
	binary.NativeEndian.PutUint64(body[32:], m.freelist)
	binary.NativeEndian.PutUint64(body[40:], m.end)
	binary.NativeEndian.PutUint64(body[48:], m.txid)
	m.check = metaCheck(body)
	binary.NativeEndian.PutUint64(body[56:], m.check)
}

// metaCheck is the check over a meta page's fields.
func metaCheck(body []byte) uint64 {
	h := fnv.New64a()
	h.Write(body[:metaSize-8])
	return h.Sum64()
}

// readMeta reads a meta page, false if it does not pass its check.
func readMeta(page []byte) (m meta, ok bool) {
	if len(page) < headerSize+metaSize {
		return meta{}, false
	}
	body := page[headerSize : headerSize+metaSize]
	if binary.NativeEndian.Uint32(body) != magic || binary.NativeEndian.Uint32(body[4:]) != version ||
		binary.NativeEndian.Uint64(body[56:]) != metaCheck(body) {
		return meta{}, false
	}
	m = meta{
		pageSize: binary.NativeEndian.Uint32(body[8:]),
		root:     binary.NativeEndian.Uint64(body[16:]),
		freelist: binary.NativeEndian.Uint64(body[32:]),
		end:      binary.NativeEndian.Uint64(body[40:]),
		txid:     binary.NativeEndian.Uint64(body[48:]),
		check:    binary.NativeEndian.Uint64(body[56:]),
	}
	return m, true
}

// usualPage is the size of a page on most machines.
const usualPage = 4 << 10

// meta returns the meta page that counts.
func (s *source) meta() (meta, error) {
	data, err := s.begin(2 * usualPage)
	if err != nil {
		return meta{}, err
	}
	if s.data == nil {
		defer s.giveBack(data)
	}
	if first, ok := readMeta(data); !ok || first.pageSize != usualPage { // the second stands elsewhere
		if data, err = s.whole(); err != nil {
			return meta{}, err
		}
	}
	return chooseMeta(data, s.size)
}

// chooseMeta returns the meta page that counts, as the engine does: the newer
// one that passes its check. The second one stands behind a first page whose
// size, if the first is damaged, only the second tells.
func chooseMeta(data []byte, size uint64) (meta, error) {
	first, ok := readMeta(data)
	if ok {
		if second, also := readMeta(from(data, uint64(first.pageSize))); also && second.txid > first.txid {
			first = second
		}
		return first, first.plausible(size)
	}
	for at := uint64(minPageSize); at <= maxPageSize; at *= 2 {
		if second, ok := readMeta(from(data, at)); ok {
			return second, second.plausible(size)
		}
	}
	return meta{}, damage("its meta pages cannot be read")
}

// from returns what stands from a place on, nothing behind the end.
func from(data []byte, at uint64) []byte {
	if at >= uint64(len(data)) {
		return nil
	}
	return data[at:]
}

// plausible looks at what a meta page says of a file of that size.
func (m meta) plausible(size uint64) error {
	switch {
	case m.pageSize < minPageSize || m.pageSize > maxPageSize || m.pageSize&(m.pageSize-1) != 0:
		return damage("its pages have %d bytes", m.pageSize)
	case m.end <= pageFirst || m.end > size/uint64(m.pageSize):
		return damage("it should have %d pages of %d bytes and has %d bytes", m.end, m.pageSize, size)
	case m.root >= m.end, m.freelist >= m.end && m.freelist != noFreelist:
		return damage("its meta page points behind its end")
	}
	return nil
}
