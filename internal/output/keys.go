package output

// keys prints only the key of each object, a line each; an object without one
// prints nothing.
type keys struct {
	out  *sink
	path path
}

func newKeys(out *sink, spec Spec) *keys {
	k := &keys{out: out}
	if spec.Key != "" {
		k.path = newPath(spec.Key)
	}
	return k
}

func (k *keys) piece() piece       { return &keyPiece{path: k.path.clone()} }
func (k *keys) take(p piece) error { return k.out.write(p.text()) }
func (k *keys) flush() error       { return k.out.flush() }
func (k *keys) end() error         { return k.out.flush() }

type keyPiece struct {
	textPiece
	path path
	look look
}

func (k *keyPiece) add(o Object) {
	before := len(k.buf)
	k.buf = k.look.appendCell(k.buf, k.path.in(o))
	if len(k.buf) > before {
		k.buf = append(k.buf, '\n')
	}
}
