package pagefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/usher-admin/usher/internal/store/pagefile/sums"
)

// Damage is the error of a file that is not as the engine leaves it.
type Damage struct{ what string }

// Error says what is wrong, as a clause that goes on from "the file is damaged".
func (d *Damage) Error() string { return d.what }

func damage(format string, args ...any) error { return &Damage{fmt.Sprintf(format, args...)} }

// ErrForeign says that a file of the engine's holds no bucket of usher's.
var ErrForeign = errors.New("it is a bbolt file of another program")

// maxDepth is far more levels than a tree can have whose branches have two
// children at least, in a file of any size.
const maxDepth = 48

// Reader reads the committed state of a file. It believes nothing of a page
// before it has looked at it; what it then finds wrong is a *Damage. The keys
// and values it returns point into the file's bytes. It is for one goroutine.
type Reader struct {
	source   *source
	meta     meta
	root     uint64  // the page where the tree begins, 0 if inline holds it
	inline   page    // the tree of a bucket so small that it has no page of its own
	looked   pageSet // pages that were looked at
	near     fingers
	bare     gaps       // between keys
	sure     *finger    // of the change that was looked at last
	touching *cursor    // goes to the keys of changes
	sums     *sums.Sums // what pages must be besides, nil: nothing is known

	thinned map[uint64]*thinned // leaves from which a change takes something
}

// Open begins to read a file, of which data are the bytes.
func Open(data []byte) (*Reader, error) {
	return open(&source{data: data, size: uint64(len(data))})
}

// OpenFile begins to read a file of some size. all returns all its bytes; it is
// called once many of its pages are asked for, if they ever are. Nobody may change
// the file meanwhile.
func OpenFile(file io.ReaderAt, size int64, all func() ([]byte, error)) (*Reader, error) {
	return open(newSource(file, uint64(size), all))
}

func open(s *source) (*Reader, error) {
	m, err := s.meta()
	if err != nil {
		return nil, err
	}
	r := &Reader{source: s, meta: m, looked: newPageSet(m.end)}
	return r, r.openBucket()
}

// Txid returns the number of the transaction that was committed last.
func (r *Reader) Txid() uint64 { return r.meta.txid }

// State names the state of the file.
func (r *Reader) State() sums.State { return sums.State{Txid: r.meta.txid, Meta: r.meta.check} }

// Against holds every page from now on against its check. They must be of the
// state of the file.
func (r *Reader) Against(s *sums.Sums) error {
	r.sums = s
	r.looked = newPageSet(r.meta.end)
	r.near, r.bare, r.sure = fingers{}, gaps{}, nil
	return r.openBucket()
}

// openBucket finds where the tree of keys begins.
func (r *Reader) openBucket() error {
	p, err := r.page(r.meta.root, flagBucket)
	if err != nil {
		return err
	}
	i, found := p.search([]byte(BucketName))
	if p.kind != kindLeaf || !found {
		return ErrForeign
	}
	value := p.value(i)
	if len(value) < bucketSize {
		return damage("its bucket is described in %d bytes", len(value))
	}
	r.root = binary.NativeEndian.Uint64(value)
	if r.root != 0 {
		return nil
	}
	return r.openInline(value[bucketSize:])
}

// openInline looks at a tree that lies within the value of its bucket.
func (r *Reader) openInline(body []byte) error {
	if len(body) < headerSize {
		return damage("its keys lie in %d bytes", len(body))
	}
	p := page{readHeader(body), body}
	if p.kind != kindLeaf || p.id != 0 {
		return damage("its keys lie in a page %d of kind %x", p.id, p.kind)
	}
	r.inline = p
	return p.verify(int(r.meta.pageSize), 0)
}

// run returns a page and what it overflows into as they lie in the file.
func (r *Reader) run(id uint64) (page, error) {
	if id < pageFreelist || id >= r.meta.end {
		return page{}, damage("page %d is none of its %d pages", id, r.meta.end)
	}
	h, body, err := r.source.run(id, uint64(r.meta.pageSize), func(h header) error {
		switch {
		case h.id != id:
			return damage("page %d says that it is page %d", id, h.id)
		case uint64(h.overflow) >= r.meta.end-id:
			return damage("page %d overflows behind the end", id)
		}
		return nil
	})
	return page{h, body}, err
}

// whole holds a page against its check, where one is known.
func (r *Reader) whole(p page) error {
	if r.sums == nil {
		return nil
	}
	if sum, known := r.sums.Sum(p.id); known && sum != sums.Of(p.body) {
		return damage("page %d is not what was written there last", p.id)
	}
	return nil
}

// page returns a branch or leaf that was looked at; the elements of a leaf must
// have the flags.
func (r *Reader) page(id uint64, flags uint32) (page, error) {
	p, err := r.run(id)
	if err != nil || r.looked.has(id) {
		return p, err
	}
	if err := r.whole(p); err != nil {
		return page{}, err
	}
	if err := p.verify(int(r.meta.pageSize), flags); err != nil {
		return page{}, err
	}
	r.looked.add(id)
	return p, nil
}

// first returns the uppermost page of the tree. Alone it may be without keys.
func (r *Reader) first() (page, error) {
	if r.root == 0 {
		return r.inline, nil
	}
	p, err := r.page(r.root, 0)
	if err == nil && p.kind == kindBranch && p.len() == 0 {
		err = damage("page %d is a branch without children", p.id)
	}
	return p, err
}

// below returns the page that element i of a branch names, whose keys must lie
// within the bounds.
func (r *Reader) below(p *page, i int, b bounds) (page, error) {
	child, err := r.page(p.child(i), 0)
	if err == nil && !b.hold(&child) {
		err = damage("page %d holds keys that belong elsewhere", child.id)
	}
	return child, err
}

// Get returns the value under a key, nil if there is none.
func (r *Reader) Get(key []byte) ([]byte, error) {
	if r.bare.of(key).covers(key) {
		return nil, nil
	}
	if f := r.near.of(key); f != nil {
		return r.getFrom(f, key), nil
	}
	p, err := r.first()
	var b bounds
	for depth := 0; err == nil && p.kind == kindBranch; depth++ {
		if depth == maxDepth {
			return nil, damage("its tree has no end")
		}
		i := p.toward(key)
		b = b.of(&p, i)
		p, err = r.below(&p, i, b)
	}
	if err != nil {
		return nil, err
	}
	return r.getFrom(r.near.put(key, p, b), key), nil
}

// getFrom looks for a key in the leaf where it would stand, and remembers how far
// around it there is none.
func (r *Reader) getFrom(f *finger, key []byte) []byte {
	i, found := f.leaf.search(key)
	if found {
		return f.leaf.value(i)
	}
	if i < f.leaf.len() {
		r.bare.put(key, f.before(i))
	}
	return nil
}
