package shorthand

// An id stands in a line as 01a228de-a3c7-7158-8aa2-72896e06c70a. A million lines
// have one each, so it is read and written digit by digit.

const (
	idSize     = 16
	noID       = "00000000-0000-0000-0000-000000000000"
	hyphenated = len(noID)
	digits     = "0123456789abcdef"
)

// idPlaces are where the two digits of each byte stand.
var idPlaces = [idSize]byte{0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34}

func appendID(dst []byte, id *[idSize]byte) []byte {
	at := len(dst)
	dst = append(dst, noID...)
	text := dst[at : at+hyphenated]
	for i, place := range &idPlaces {
		text[place], text[place+1] = digits[id[i]>>4], digits[id[i]&15]
	}
	return dst
}

// parseID reads a text of the length of an id; where it is none, id stays as it
// is. Whether there are hyphens between the digits shows when it is restored.
func parseID(id *[idSize]byte, text []byte) bool {
	var read [idSize]byte
	for i, place := range &idPlaces {
		high, low := digit(text[place]), digit(text[place+1])
		if high|low > 15 {
			return false
		}
		read[i] = high<<4 | low
	}
	*id = read
	return true
}

// digit returns the value of a digit, more than 15 for any other sign.
func digit(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c-'a' <= 5:
		return c - 'a' + 10
	}
	return 16
}
