package account

import (
	"bytes"
	"strings"
	"testing"
)

func TestTextsStayWhatTheyWere(t *testing.T) {
	var texts Texts
	var got, want []string
	for i := range 3000 {
		b := bytes.Repeat([]byte{byte('a' + i%26)}, i%200)
		if i%1000 == 7 {
			b = bytes.Repeat(b, 1+mostTexts/max(len(b), 1))
		}
		got, want = append(got, texts.Text(b)), append(want, string(b))
		clear(b)
	}
	if strings.Join(got, ",") != strings.Join(want, ",") {
		t.Error("a text changed after it was made")
	}
}

func TestTextsTakeLittleMemory(t *testing.T) {
	var texts Texts
	b := []byte("anna@norrsken.example")
	if n := testing.AllocsPerRun(100_000, func() { texts.Text(b) }); n > 0.01 {
		t.Errorf("got %v pieces of memory a text", n)
	}
}
