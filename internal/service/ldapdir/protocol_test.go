package ldapdir

import (
	"bytes"
	"net"
	"strings"
	"testing"
)

// answer is what a directory would send to the first request.
func answer(tag, code byte, message string) []byte {
	result := append(element(tagEnumerated, []byte{code}), element(tagOctets, nil)...)
	result = append(result, element(tagOctets, []byte(message))...)
	return element(tagSequence, append(element(tagInteger, []byte{1}), element(tag, result)...))
}

// ask binds against a directory that sends what it is told to.
func ask(t *testing.T, sent []byte) error {
	t.Helper()
	ours, theirs := net.Pipe()
	go func() {
		_, _ = readElement(theirs, tagSequence)
		_, _ = theirs.Write(sent)
		_ = theirs.Close()
	}()
	c := conversation{Conn: ours}
	defer c.Close()
	return c.bind("uid=bo", "secret")
}

func TestAnswersOfADirectory(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 300) // its length takes two digits
	rows := []struct {
		name    string
		sent    []byte
		taken   bool
		refused bool
	}{
		{"success", answer(tagBound, 0, ""), true, false},
		{"a wrong password", answer(tagBound, 49, "go away"), false, true},
		{"nobody of that name", answer(tagBound, 32, long), false, true},
		{"a directory that is busy", answer(tagBound, 51, "later"), false, false},
		{"the answer to something else", answer(tagExtendedEnd, 0, ""), false, false},
		{"an answer that is cut", answer(tagBound, 0, "")[:9], false, false},
		{"a length longer than any answer", []byte{tagSequence, 0x84, 0x7f, 0xff, 0xff, 0xff}, false, false},
		{"a length of no digits", []byte{tagSequence, 0x80, 0, 0}, false, false},
		{"another protocol", []byte("HTTP/1.1 400 Bad Request"), false, false},
		{"nothing", nil, false, false},
	}
	for _, row := range rows {
		err := ask(t, row.sent)
		if (err == nil) != row.taken || refusal(err) != row.refused {
			t.Errorf("%s: got %v, a refusal: %v", row.name, err, refusal(err))
		}
	}
}

func TestNobodySignsInWithNothing(t *testing.T) {
	t.Parallel()
	var c conversation // a write to it would panic
	if err := c.bind("uid=bo", ""); !refusal(err) {
		t.Errorf("without a password: got %v, want a refusal", err)
	}
	if err := c.bind("", "secret"); !refusal(err) {
		t.Errorf("without a name: got %v, want a refusal", err)
	}
}

// FuzzAnswer holds that no answer makes usher panic, or take a password that the
// directory did not take.
func FuzzAnswer(f *testing.F) {
	f.Add(answer(tagBound, 0, ""))
	f.Add(answer(tagBound, 49, strings.Repeat("x", 300)))
	f.Add([]byte{tagSequence, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, sent []byte) {
		c := conversation{last: 1}
		body, err := readElement(bytes.NewReader(sent), tagSequence)
		if err == nil {
			err = c.judge(body, tagBound)
		}
		if err == nil && !bytes.Contains(sent, []byte{1, 0}) { // one digit, which is 0
			t.Errorf("%x is taken for success", sent)
		}
	})
}
