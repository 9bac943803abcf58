package output

// rows writes the objects of a list in one form.
type rows interface {
	piece() piece       // an empty one
	take(p piece) error // writes what is in a piece, behind all before
	flush() error       // writes what was taken
	end() error         // writes what is left, and what closes the form
}

// piece is objects in the form of a list, made ready to be written: nothing in
// it depends on those that stand before.
type piece interface {
	add(o Object)
	text() []byte
	full() bool // there is enough to be worth writing
	empty()
}

// textPiece is what most forms are made ready as: bytes.
type textPiece struct{ buf []byte }

func (t *textPiece) text() []byte { return t.buf }

func (t *textPiece) full() bool { return len(t.buf) >= spillAt }

func (t *textPiece) empty() { t.buf = t.buf[:0] }

// Part is objects of a list that are made ready beside it. Each goroutine may
// fill parts of its own, while one hands them over in their order: of the work of
// a long list nearly all is done beside it so.
type Part struct {
	piece piece // nil if the list has failed
	count int
}

// Part returns an empty part of the list.
func (l *Listing) Part() *Part {
	if l.rows == nil {
		return &Part{}
	}
	return &Part{piece: l.rows.piece()}
}

// Add puts o into the part and keeps nothing of it, whose fields the caller may
// fill anew.
func (p *Part) Add(o Object) {
	if p.piece != nil {
		p.piece.add(o)
		p.count++
	}
}

// Count returns how many objects are in the part.
func (p *Part) Count() int { return p.count }

// Append prints the objects of a part, now or a little later, behind all that
// came before, and empties the part.
func (l *Listing) Append(p *Part) error {
	if l.err == nil {
		l.err = l.take(l.own)
	}
	if l.err == nil {
		l.err = l.take(p)
	}
	return l.err
}

func (l *Listing) take(p *Part) error {
	if p.count == 0 {
		return nil
	}
	err := l.rows.take(p.piece)
	p.piece.empty()
	l.count += p.count
	p.count = 0
	return err
}
