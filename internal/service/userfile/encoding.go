package userfile

import (
	"bytes"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"
)

// encoding is how the letters of a file are written. It is decided once, on
// the first sampleSize bytes: whoever saves a list saves all of it one way. A
// later byte that does not fit is the fault of its row.
type encoding uint8

const (
	encodingUTF8 encoding = iota
	encodingUTF16LE
	encodingUTF16BE
	encodingWindows1252
)

func (e encoding) String() string {
	return [...]string{"UTF-8", "UTF-16 (little endian)", "UTF-16 (big endian)", "Windows-1252"}[e]
}

// detect returns the encoding of a file that begins with sample, and the size
// of its byte order mark. Whole says that the sample is all of the file.
func detect(sample []byte, whole bool) (e encoding, mark int) {
	switch {
	case bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")):
		return encodingUTF8, 3
	case bytes.HasPrefix(sample, []byte("\xff\xfe")):
		return encodingUTF16LE, 2
	case bytes.HasPrefix(sample, []byte("\xfe\xff")):
		return encodingUTF16BE, 2
	}
	if e, ok := detectByZeros(sample); ok {
		return e, 0
	}
	// Letters beyond ASCII hardly ever look like UTF-8 by chance: a file that has
	// as many good as bad ones is damaged UTF-8, and its bad rows can be told.
	good, bad := countRunes(sample, whole)
	if bad > good {
		return encodingWindows1252, 0
	}
	return encodingUTF8, 0
}

// detectByZeros tells UTF-16 without a mark: every second byte of western text
// in it is zero, and no other.
func detectByZeros(sample []byte) (e encoding, ok bool) {
	pairs := min(len(sample), 4<<10) / 2
	var even, odd int
	for i := range pairs {
		if sample[2*i] == 0 {
			even++
		}
		if sample[2*i+1] == 0 {
			odd++
		}
	}
	switch {
	case odd > pairs/2 && even <= pairs/10:
		return encodingUTF16LE, true
	case even > pairs/2 && odd <= pairs/10:
		return encodingUTF16BE, true
	}
	return encodingUTF8, false
}

// countRunes counts the letters beyond ASCII that are good UTF-8, and the bytes
// that are none. One that the end of the sample cuts is neither.
func countRunes(sample []byte, whole bool) (good, bad int) {
	for len(sample) > 0 {
		if sample[0] < utf8.RuneSelf {
			sample = sample[1:]
			continue
		}
		if !whole && !utf8.FullRune(sample) {
			break
		}
		r, n := utf8.DecodeRune(sample)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		sample = sample[n:]
	}
	return good, bad
}

// reader returns r as UTF-8. What cannot be decoded becomes U+FFFD, except that
// UTF-8 goes through as it is.
func (e encoding) reader(r io.Reader) io.Reader {
	switch e {
	case encodingUTF16LE:
		return transform.NewReader(r, utf16Text{low: 0, high: 1})
	case encodingUTF16BE:
		return transform.NewReader(r, utf16Text{low: 1, high: 0})
	case encodingWindows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	default:
		return r
	}
}

// utf16Text decodes UTF-16. It stands here because the library's costs tables
// at every start of usher, also where nothing is imported.
type utf16Text struct {
	transform.NopResetter
	low, high int // where in a pair the low and the high byte stand
}

// Transform implements transform.Transformer.
func (d utf16Text) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, n := d.rune(src[nSrc:], atEOF)
		if n == 0 {
			return nDst, nSrc, transform.ErrShortSrc
		}
		if nDst+utf8.UTFMax > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += n
	}
	return nDst, nSrc, nil
}

// rune decodes the first letter of src and returns its size, 0 when more bytes
// are needed. Half a letter is U+FFFD.
func (d utf16Text) rune(src []byte, atEOF bool) (rune, int) {
	switch {
	case len(src) < 2 && atEOF:
		return utf8.RuneError, len(src)
	case len(src) < 2:
		return 0, 0
	}
	first := d.unit(src)
	if !utf16.IsSurrogate(first) {
		return first, 2
	}
	switch {
	case len(src) < 4 && atEOF:
		return utf8.RuneError, 2
	case len(src) < 4:
		return 0, 0
	}
	if r := utf16.DecodeRune(first, d.unit(src[2:])); r != utf8.RuneError {
		return r, 4
	}
	return utf8.RuneError, 2
}

func (d utf16Text) unit(src []byte) rune {
	return rune(src[d.low]) | rune(src[d.high])<<8
}

// legible reports whether text is UTF-8 without the mark of a lost letter.
func legible(text []byte) bool {
	return utf8.Valid(text) && !bytes.Contains(text, []byte("\uFFFD"))
}
