package output

// keys prints only the key of each object, a line each; an object without one
// prints nothing.
type keys struct {
	out  *sink
	path path
	look look
}

func newKeys(out *sink, spec Spec) *keys {
	k := &keys{out: out}
	if spec.Key != "" {
		k.path = newPath(spec.Key)
	}
	return k
}

func (k *keys) add(o Object) error {
	before := len(k.out.buf)
	k.out.buf = k.look.appendCell(k.out.buf, k.path.in(o))
	if len(k.out.buf) > before {
		k.out.buf = append(k.out.buf, '\n')
	}
	return k.out.spill()
}

func (k *keys) flush() error { return k.out.flush() }
func (k *keys) end() error   { return k.out.flush() }
