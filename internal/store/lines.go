package store

import "github.com/usher-admin/usher/internal/store/shorthand"

// Tree is the tree over the lines of the log, as far as the store has to know it.
type Tree interface {
	// Grow adds a line and returns the root of the tree after it.
	Grow(line []byte) (root [32]byte)
	// Marshal returns the tree's bytes.
	Marshal() []byte
}

// A transaction that writes many lines leaves what has to be worked out for each,
// the root and the short form, to a goroutine beside it. Lines go there and come
// back in batches; only the transaction itself writes them.
const (
	fewLines      = 64  // of a transaction, that are not worth it
	batchLines    = 256 // of a batch
	batchBytes    = 64 << 10
	batchesBeside = 4
)

// lineQueue is the lines that were added and are not written yet.
type lineQueue struct {
	tree  Tree
	added int // since the transaction began
	batch *lineBatch
	spare []*lineBatch
	out   int // batches beside the transaction
	work  chan *lineBatch
	done  chan *lineBatch
}

// lineBatch is some lines in a row, and then what is to be written of them.
type lineBatch struct {
	first  uint64
	bodies []byte
	ends   []int // of each body
	ready  []byte
	cuts   []int // of each line in ready
	root   [32]byte
	cause  any // of a panic
}

func (b *lineBatch) full() bool { return len(b.ends) >= batchLines || len(b.bodies) >= batchBytes }

// make works out what is to be written. A panic goes on in the transaction.
func (b *lineBatch) make(tree Tree, packer *shorthand.Packer) {
	defer func() { b.cause = recover() }()
	b.ready, b.cuts = b.ready[:0], b.cuts[:0]
	from := 0
	for i, end := range b.ends {
		body := b.bodies[from:end]
		b.root = tree.Grow(body)
		b.ready = appendLine(b.ready, packer, body, b.first+uint64(i), b.root)
		b.cuts = append(b.cuts, len(b.ready))
		from = end
	}
}

// appendLine appends what is kept of a line: in short, or as it is where it has a
// form that is not foreseen.
func appendLine(dst []byte, packer *shorthand.Packer, body []byte, seq uint64, root [32]byte) []byte {
	kind := byte(lineShort)
	short, ok := packer.Pack(body, seq)
	if !ok {
		kind, short = lineKept, body
	}
	return append(append(append(dst, kind), root[:]...), short...)
}

// shortened returns the value of a record as it comes into a new file: that of a
// line which an earlier schema kept as it is in short, where that is wanted.
func (tx *Tx) shortened(k, value []byte) []byte {
	if !tx.shorten || k[0] != keyLine || len(k) != 9 {
		return value
	}
	rec, ok := unpack(k, value)
	if !ok || !lineFormed(rec.payload) || rec.payload[0] != lineKept {
		return value
	}
	tx.line = appendLine(tx.line[:0], &tx.packer, rec.payload[lineHead:], seqOf(k), [32]byte(rec.payload[1:lineHead]))
	tx.value = appendPlain(tx.value[:0], k, tx.line)
	return tx.value
}

// AppendLine adds the next line to the log and to the tree over it, which is the
// same one until the log is sealed. The transaction is not committed unless
// SealLog comes behind the last line.
func (tx *Tx) AppendLine(body []byte, tree Tree) error {
	if !tx.writable {
		return errReadOnly()
	}
	tx.head.Size++
	tx.head.Last, tx.head.Clock = tx.Now, tx.clock
	tx.unsealed = true
	q := &tx.lines
	if q.added++; q.added <= fewLines {
		tx.head.Root = tree.Grow(body)
		tx.line = appendLine(tx.line[:0], &tx.packer, body, tx.head.Size, tx.head.Root)
		return tx.write(lineKey(tx.head.Size), tx.line)
	}
	if q.batch == nil {
		q.tree, q.batch = tree, q.emptyBatch()
		q.batch.first = tx.head.Size
	}
	b := q.batch
	b.bodies = append(b.bodies, body...)
	b.ends = append(b.ends, len(b.bodies))
	if !b.full() {
		return nil
	}
	q.send()
	if q.out < batchesBeside {
		return nil
	}
	return tx.writeLines()
}

func (q *lineQueue) emptyBatch() *lineBatch {
	n := len(q.spare)
	if n == 0 {
		return new(lineBatch)
	}
	b := q.spare[n-1]
	q.spare = q.spare[:n-1]
	b.bodies, b.ends = b.bodies[:0], b.ends[:0]
	return b
}

// send hands the lines that were gathered to the goroutine, which begins with the
// first ones.
func (q *lineQueue) send() {
	if q.work == nil {
		q.work, q.done = make(chan *lineBatch, batchesBeside), make(chan *lineBatch, batchesBeside)
		go makeLines(q.tree, q.work, q.done)
	}
	q.work <- q.batch
	q.out++
	q.batch = nil
}

func makeLines(tree Tree, work <-chan *lineBatch, done chan<- *lineBatch) {
	var packer shorthand.Packer
	for b := range work {
		b.make(tree, &packer)
		done <- b
	}
}

// writeLines writes the batch that comes back next.
func (tx *Tx) writeLines() error {
	b := <-tx.lines.done
	tx.lines.out--
	if b.cause != nil {
		panic(b.cause)
	}
	from := 0
	for i, end := range b.cuts {
		if err := tx.write(lineKey(b.first+uint64(i)), b.ready[from:end]); err != nil {
			return err
		}
		from = end
	}
	tx.head.Root = b.root
	tx.lines.spare = append(tx.lines.spare, b)
	return nil
}

// finishLines writes all lines that were added, before any of them is looked for.
func (tx *Tx) finishLines() error {
	q := &tx.lines
	if q.batch != nil {
		q.send()
	}
	for q.out > 0 {
		if err := tx.writeLines(); err != nil {
			return err
		}
	}
	return nil
}

// linesOf writes all lines that were added where keys under a prefix may be of
// lines.
func (tx *Tx) linesOf(prefix []byte) error {
	if q := &tx.lines; q.batch == nil && q.out == 0 || len(prefix) > 0 && prefix[0] != keyLine {
		return nil
	}
	return tx.finishLines()
}

// stop ends the goroutine. Lines that were not written are of a transaction that
// failed.
func (q *lineQueue) stop() {
	if q.work != nil {
		close(q.work)
		q.work = nil
	}
}
