package service

import (
	"github.com/usher-admin/usher/internal/service/userfile"
	"github.com/usher-admin/usher/internal/timerslack"
)

// rowsAhead are the rows of a file, read beside whoever checks them: some at a
// time, so that little is said between the two.
type rowsAhead struct {
	full  chan rowBatch
	spare chan []userfile.Row
	stop  chan struct{} // closed when nobody wants more
}

// rowBatch is some rows in a row, and what came behind them: nil, io.EOF or the
// error that ends the reading. A panic goes on where the rows are taken.
type rowBatch struct {
	rows  []userfile.Row
	err   error
	cause any
}

const (
	batchRows      = 256
	batchRowsBytes = 64 << 10 // of their texts
	batchesAhead   = 4
)

func readAhead(r *userfile.Reader) *rowsAhead {
	a := &rowsAhead{full: make(chan rowBatch, batchesAhead), spare: make(chan []userfile.Row, batchesAhead+1), stop: make(chan struct{})}
	timerslack.Reset()
	go a.read(r)
	return a
}

func (a *rowsAhead) read(r *userfile.Reader) {
	for {
		b := a.batch(r)
		select {
		case a.full <- b:
		case <-a.stop:
			return
		}
		if b.err != nil || b.cause != nil {
			return
		}
	}
}

// batch reads the next rows.
func (a *rowsAhead) batch(r *userfile.Reader) (b rowBatch) {
	defer func() { b.cause = recover() }()
	select {
	case b.rows = <-a.spare:
		b.rows = b.rows[:0]
	default:
		b.rows = make([]userfile.Row, 0, batchRows)
	}
	for size := 0; len(b.rows) < batchRows && size < batchRowsBytes; {
		n := len(b.rows)
		b.rows = append(b.rows, userfile.Row{})
		if b.err = r.Next(&b.rows[n]); b.err != nil {
			b.rows = b.rows[:n]
			break
		}
		size += b.rows[n].Size()
	}
	return b
}

// each calls fn with every row, until it returns an error or done is closed.
func (a *rowsAhead) each(done <-chan struct{}, fn func(*userfile.Row) error) error {
	defer close(a.stop)
	for {
		var b rowBatch
		select {
		case b = <-a.full:
		case <-done:
			return errInterrupted()
		}
		if b.cause != nil {
			panic(b.cause)
		}
		for i := range b.rows {
			if err := fn(&b.rows[i]); err != nil {
				return err
			}
		}
		if b.err != nil {
			return b.err
		}
		select {
		case a.spare <- b.rows:
		default:
		}
	}
}
