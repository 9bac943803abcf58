package account

import "strings"

// Texts makes many short texts that share a few pieces of memory: one piece for
// each would be most of the work of a long list. A piece lives as long as any of
// its texts.
type Texts struct{ room strings.Builder }

const (
	leastTexts = 1 << 10
	mostTexts  = 64 << 10
)

// Text returns bytes as a text.
func (t *Texts) Text(b []byte) string {
	if t.room.Cap()-t.room.Len() < len(b) {
		size := min(max(2*t.room.Cap(), leastTexts), mostTexts)
		t.room = strings.Builder{}
		t.room.Grow(max(size, len(b)))
	}
	from := t.room.Len()
	t.room.Write(b)
	return t.room.String()[from:]
}
