package pagefile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"github.com/usher-admin/usher/internal/store/pagefile/sums"
)

// Options says how a new file is laid out.
type Options struct {
	PageSize int     // bytes of a page, 0: the one the engine chooses here
	Fill     float64 // how full pages get, 0: 0.95
	Txid     uint64  // the transaction the file shows as its last, at least 1
}

const (
	defaultFill = 0.95 // so that the first change does not split every page it touches
	writeSize   = 1 << 20

	pageFreelist = 2 // behind the meta pages
	pageFirst    = 3
)

// File is what a Builder writes to, such as an *os.File.
type File interface {
	io.WriterAt
	Truncate(size int64) error
}

// Builder writes a new file from keys that come in ascending order: from the
// leaves up, from front to back, holding one page of each level in memory. It
// does not flush. After an error the file is of no use.
type Builder struct {
	file   File
	opt    Options
	levels []*level
	key    []byte // the last one
	next   uint64 // the page that is written next
	buf    []byte // pages that wait to be written
	meta   meta   // of the finished file
	sums   []sums.Page
	err    error
}

// NewBuilder begins a file, which must be empty.
func NewBuilder(file File, o Options) *Builder {
	if o.PageSize == 0 {
		o.PageSize = os.Getpagesize()
	}
	if o.Fill == 0 {
		o.Fill = defaultFill
	}
	o.Txid = max(o.Txid, 1)
	return &Builder{file: file, opt: o, next: pageFirst}
}

// Put adds a key, which must stand behind all before it.
func (b *Builder) Put(key, value []byte) error {
	switch {
	case b.err != nil:
		return b.err
	case len(key) == 0 || len(key) > maxKey || len(value) > maxValue:
		return b.fail(fmt.Errorf("a key of %d bytes with a value of %d cannot be stored", len(key), len(value)))
	case bytes.Compare(key, b.key) <= 0:
		return b.fail(fmt.Errorf("a key of %d bytes does not stand behind the one before it", len(key)))
	}
	b.key = append(b.key[:0], key...)
	return b.add(0, element{}, key, value)
}

func (b *Builder) fail(err error) error {
	b.err = err
	return err
}

// add puts an element into the page of a level, and the page into the one above
// when it is full.
func (b *Builder) add(depth int, e element, key, value []byte) error {
	l := b.level(depth)
	l.add(e, key, value)
	if l.full() {
		return b.write(depth, l.cut)
	}
	return nil
}

func (b *Builder) level(depth int) *level {
	if depth == len(b.levels) {
		kind := uint16(kindBranch)
		if depth == 0 {
			kind = kindLeaf
		}
		b.levels = append(b.levels, newLevel(kind, int(float64(b.opt.PageSize)*b.opt.Fill)))
	}
	return b.levels[depth]
}

// write writes the first n elements of a level's page and names the page in the
// level above.
func (b *Builder) write(depth, n int) error {
	l := b.levels[depth]
	id := b.appendPages(l, n)
	var first []byte
	if n > 0 {
		first = bytes.Clone(l.data[:l.elements[0].key])
	}
	l.drop(n)
	if len(b.buf) >= writeSize {
		if err := b.flush(); err != nil {
			return err
		}
	}
	return b.add(depth+1, element{child: id}, first, nil)
}

// appendPages adds a page to those that wait to be written.
func (b *Builder) appendPages(l *level, n int) (id uint64) {
	id, start := b.next, len(b.buf)
	var pages uint64
	b.buf, pages = l.appendPages(b.buf, id, n, b.opt.PageSize)
	b.next += pages
	b.sums = append(b.sums, sums.Page{ID: id, Sum: sums.Of(b.buf[start:])})
	return id
}

// flush hands the pages that wait to the file.
func (b *Builder) flush() error {
	at := int64(b.next)*int64(b.opt.PageSize) - int64(len(b.buf))
	if _, err := b.file.WriteAt(b.buf, at); err != nil {
		return b.fail(err)
	}
	b.buf = b.buf[:0]
	return nil
}

// Finish writes what is still held, then the pages that name it.
func (b *Builder) Finish() error {
	if b.err != nil {
		return b.err
	}
	root, err := b.finishTree()
	if err != nil {
		return err
	}
	b.meta = meta{pageSize: uint32(b.opt.PageSize), freelist: pageFreelist, txid: b.opt.Txid}
	b.meta.root = b.addRoot(root)
	b.meta.end = b.next
	if err := b.flush(); err != nil {
		return err
	}
	if err := b.writeFront(); err != nil {
		return b.fail(err)
	}
	size := int64(b.meta.end) * int64(b.opt.PageSize)
	return b.file.Truncate(size + spare(size))
}

// Sums returns the state of the finished file and the checks of its pages.
func (b *Builder) Sums() (sums.State, []sums.Page) {
	return sums.State{Txid: b.meta.txid, Meta: b.meta.check}, b.sums
}

// finishTree writes the page held on each level and returns the uppermost one.
func (b *Builder) finishTree() (root uint64, err error) {
	b.level(0)
	for depth := 0; ; depth++ {
		l := b.levels[depth]
		for first := true; first || len(l.elements) > 0; first = false {
			if err := b.write(depth, l.last(b.opt.PageSize)); err != nil {
				return 0, err
			}
		}
		if l.written == 1 {
			return b.levels[depth+1].elements[0].child, nil
		}
	}
}

// addRoot adds the leaf that names the bucket and where its tree begins.
func (b *Builder) addRoot(root uint64) (id uint64) {
	value := binary.NativeEndian.AppendUint64(nil, root)
	value = binary.NativeEndian.AppendUint64(value, 0) // a sequence, which usher does not use
	l := newLevel(kindLeaf, b.opt.PageSize)
	l.add(element{flags: flagBucket}, []byte(BucketName), value)
	return b.appendPages(l, 1)
}

// writeFront writes the meta pages, the older of which names the same tree, and
// the empty free list.
func (b *Builder) writeFront() error {
	size := b.opt.PageSize
	front := make([]byte, pageFirst*size)
	older := b.meta
	older.txid--
	older.put(front[int(older.txid%2)*size:])
	b.meta.put(front[int(b.meta.txid%2)*size:])
	list := front[pageFreelist*size:]
	header{id: pageFreelist, kind: kindFreelist}.put(list)
	b.sums = append(b.sums, sums.Page{ID: pageFreelist, Sum: sums.Of(list)})
	_, err := b.file.WriteAt(front, 0)
	return err
}

// spare is how much of a file of that size is kept free behind its pages, so
// that the next changes need not make it longer, which costs a flush more.
func spare(size int64) int64 { return min(max(size/8, 32<<10), 1<<20) }
