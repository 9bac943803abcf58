package store

import (
	"os"

	"github.com/usher-admin/usher/internal/plainfile"
	"github.com/usher-admin/usher/internal/store/pagefile"
	"github.com/usher-admin/usher/internal/timerslack"
)

// A builder makes a new file out of keys that come in their order, in memory
// that does not grow with them. Nothing is flushed before the end: a file that
// is not finished is thrown away. Where there are many, pages are filled,
// checked and written beside whoever reads and checks the records.
type builder struct {
	file  *os.File
	to    *pagefile.Builder
	batch *recordBatch
	work  chan *recordBatch
	spare chan *recordBatch
	ended chan ending
}

const (
	batchRecords  = 256 << 10 // bytes of a batch
	recordBatches = 4         // under way
)

// recordBatch is records in a row: the keys and values, and where each ends.
type recordBatch struct {
	bytes []byte
	ends  []int
}

// newBuilder begins a file at a path where nothing is, which shows txid as the
// number of its last transaction.
func newBuilder(path string, txid uint64) (*builder, error) {
	file, err := plainfile.Open(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|plainfile.Strictly, 0o600)
	if err != nil {
		return nil, err
	}
	return &builder{file: file, to: pagefile.NewBuilder(file, pagefile.Options{Txid: txid}), batch: new(recordBatch)}, nil
}

// put adds the next key, which stands behind all before it. What is wrong with it
// may be told later.
func (b *builder) put(key, value []byte) error {
	r := b.batch
	r.bytes = append(append(r.bytes, key...), value...)
	r.ends = append(r.ends, len(r.bytes)-len(value), len(r.bytes))
	if len(r.bytes) < batchRecords {
		return nil
	}
	return b.send()
}

// send hands the batch to the goroutine, which the first one begins.
func (b *builder) send() error {
	if b.work == nil {
		b.work, b.spare = make(chan *recordBatch, recordBatches), make(chan *recordBatch, recordBatches)
		b.ended = make(chan ending, 1)
		timerslack.Reset()
		go build(b.to, b.work, b.spare, b.ended)
	}
	select {
	case b.work <- b.batch:
	case e := <-b.ended:
		b.ended <- e // for close
		return e.result()
	}
	select {
	case b.batch = <-b.spare:
	default:
		b.batch = new(recordBatch)
	}
	return nil
}

// build puts batches into pages until there are no more, or one cannot be put.
func build(to *pagefile.Builder, work <-chan *recordBatch, spare chan<- *recordBatch, ended chan<- ending) {
	var e ending
	defer func() { ended <- e }()
	defer func() { e.cause = recover() }()
	for r := range work {
		if e.err = r.putTo(to); e.err != nil {
			return
		}
		select {
		case spare <- r:
		default:
		}
	}
}

func (r *recordBatch) putTo(to *pagefile.Builder) error {
	from := 0
	for i := 0; i < len(r.ends); i += 2 {
		if err := to.Put(r.bytes[from:r.ends[i]], r.bytes[r.ends[i]:r.ends[i+1]]); err != nil {
			return err
		}
		from = r.ends[i+1]
	}
	r.bytes, r.ends = r.bytes[:0], r.ends[:0]
	return nil
}

// finish makes the file whole and flushes it.
func (b *builder) finish() error {
	if err := b.join(); err != nil {
		return err
	}
	if err := b.batch.putTo(b.to); err != nil {
		return err
	}
	if err := b.to.Finish(); err != nil {
		return err
	}
	return b.file.Sync()
}

// join waits for the goroutine, if there is one.
func (b *builder) join() error {
	if b.work == nil {
		return nil
	}
	close(b.work)
	b.work = nil
	return (<-b.ended).result()
}

// close gives back what the builder holds; the file stays as it is.
func (b *builder) close() error {
	_ = b.join() // of a file that is not finished
	return b.file.Close()
}
