package shorthand

import "time"

// A time is kept as microseconds since 1970. It stands in a line as in
// 2026-11-21T22:30:24.568123Z, with as many digits behind the point as it needs.

func (w *writer) time() {
	t, err := time.Parse(time.RFC3339Nano, string(w.string()))
	if err != nil {
		w.failed = true
		return
	}
	w.varint(t.UnixMicro())
}

func (r *reader) time() {
	r.out = time.UnixMicro(r.int()).UTC().AppendFormat(r.out, time.RFC3339Nano)
	r.out = append(r.out, '"')
}
