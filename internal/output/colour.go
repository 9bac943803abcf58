package output

// The colours usher uses: few, and none that is hard to read on either ground.
const (
	plain  = ""
	bold   = "\x1b[1m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

// stateColour returns the colour of a word that tells a state.
func stateColour(word string) string {
	switch word {
	case "active", "ok", "true":
		return green
	case "pending", "assigned":
		return yellow
	case "suspended", "denied", "failed", "false":
		return red
	}
	return plain
}

// appendPainted appends text in a colour.
func appendPainted(dst []byte, colour string, text []byte) []byte {
	if colour == plain {
		return append(dst, text...)
	}
	dst = append(dst, colour...)
	dst = append(dst, text...)
	return append(dst, reset...)
}
