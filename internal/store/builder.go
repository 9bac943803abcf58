package store

import (
	"os"

	"github.com/usher-admin/usher/internal/store/pagefile"
)

// A builder makes a new file out of keys that come in their order, in memory
// that does not grow with them. Nothing is flushed before the end: a file that
// is not finished is thrown away.
type builder struct {
	file *os.File
	to   *pagefile.Builder
}

// newBuilder begins a file at a path where nothing is, which shows txid as the
// number of its last transaction.
func newBuilder(path string, txid uint64) (*builder, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|plainly, 0o600)
	if err != nil {
		return nil, err
	}
	return &builder{file: file, to: pagefile.NewBuilder(file, pagefile.Options{Txid: txid})}, nil
}

// put adds the next key, which stands behind all before it.
func (b *builder) put(key, value []byte) error { return b.to.Put(key, value) }

// finish makes the file whole and flushes it.
func (b *builder) finish() error {
	if err := b.to.Finish(); err != nil {
		return err
	}
	return b.file.Sync()
}

// close gives back what the builder holds; the file stays as it is.
func (b *builder) close() error { return b.file.Close() }
