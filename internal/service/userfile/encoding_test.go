package userfile

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

func utf16Bytes(t testing.TB, s string, order unicode.Endianness, mark unicode.BOMPolicy) []byte {
	t.Helper()
	data, err := unicode.UTF16(order, mark).NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestEveryEncodingIsRecognised(t *testing.T) {
	const text = "email,first_name\nasa@norrsken.example,Åsa\norjan@norrsken.example,Örjan 😀\n"
	western := strings.ReplaceAll(text, " 😀", "")
	windows := func(s string) string { return strings.NewReplacer("Å", "\xc5", "Ö", "\xd6").Replace(s) }
	tests := []struct {
		name     string
		data     string
		encoding string
		last     string
	}{
		{"UTF-8", text, "UTF-8", "Örjan 😀"},
		{"UTF-8 with its mark", "\ufeff" + text, "UTF-8", "Örjan 😀"},
		{"UTF-16, little end first, with its mark", string(utf16Bytes(t, text, unicode.LittleEndian, unicode.UseBOM)), "UTF-16 (little endian)", "Örjan 😀"},
		{"UTF-16, big end first, with its mark", string(utf16Bytes(t, text, unicode.BigEndian, unicode.UseBOM)), "UTF-16 (big endian)", "Örjan 😀"},
		{"UTF-16, little end first", string(utf16Bytes(t, text, unicode.LittleEndian, unicode.IgnoreBOM)), "UTF-16 (little endian)", "Örjan 😀"},
		{"UTF-16, big end first", string(utf16Bytes(t, text, unicode.BigEndian, unicode.IgnoreBOM)), "UTF-16 (big endian)", "Örjan 😀"},
		{"Windows-1252", windows(western), "Windows-1252", "Örjan"},
		{"Windows-1252 with letters that ISO 8859-1 lacks", windows(western) + "zoe@norrsken.example,Zo\xeb C\x9curdelion \x80\n", "Windows-1252", "Zoë Cœurdelion €"},
		{"nothing but ASCII", "email,first_name\na@b,Nils\n", "UTF-8", "Nils"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, end := range []string{"", strings.Repeat("\n", 2*sampleSize)} {
				if len(end) > 0 && strings.HasPrefix(test.encoding, "UTF-16") {
					continue // the end is none of that encoding
				}
				r, rows := readAll(t, []byte(test.data+end), Options{})
				if r.Encoding() != test.encoding {
					t.Errorf("recognised as %s, want %s", r.Encoding(), test.encoding)
				}
				if last := rows[len(rows)-1]; last.First != test.last || last.Faults != nil {
					t.Errorf("last name is %q %v, want %q", last.First, last.Faults, test.last)
				}
			}
		})
	}
}

func TestALetterCutByTheSampleIsWhole(t *testing.T) {
	for shift := range 4 {
		head := "email,first_name\n"
		data := head + strings.Repeat("\n", sampleSize-len(head)-5-shift) + "a@b,😀😀\n"
		r, rows := readAll(t, []byte(data), Options{})
		if r.Encoding() != "UTF-8" || len(rows) != 1 || rows[0].First != "😀😀" {
			t.Errorf("cut at %d: read %v as %s", shift, rows, r.Encoding())
		}
	}
}

func TestAByteThatDoesNotFitLaterIsTheFaultOfItsRow(t *testing.T) {
	data := "email,first_name\n" + strings.Repeat("nils@norrsken.example,Nils\n", sampleSize/20) +
		"asa@norrsken.example,\xc5sa\nsiv@norrsken.example,Siv\n"
	_, rows := readAll(t, []byte(data), Options{})
	want := []string{"3278 [first_name] import.encoding"}
	if diff := cmp.Diff(want, faultsOf(rows)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	data = "User principal name,Fax\n" + strings.Repeat("nils@norrsken.example,1\n", sampleSize/20) + "asa@norrsken.example,\xc5\n"
	if _, rows := readAll(t, []byte(data), Options{}); faultsOf(rows) != nil {
		t.Errorf("in a column nobody wants: %v, want none", faultsOf(rows))
	}
}

func TestALetterCutByADelimiterIsTwoFaults(t *testing.T) {
	_, rows := readAll(t, []byte("email,first_name,last_name\na@b,\xc3,\xa5\nc@d,å,å\n"), Options{})
	want := []string{"2 [first_name] import.encoding", "2 [last_name] import.encoding"}
	if diff := cmp.Diff(want, faultsOf(rows)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAByteThatWindowsLacksIsAFault(t *testing.T) {
	_, rows := readAll(t, []byte("email,first_name\na@b,\xc5s\x81a\n"), Options{})
	if diff := cmp.Diff([]string{"2 [first_name] import.encoding"}, faultsOf(rows)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUTF16IsDecodedAsTheStandardLibraryDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOf(rapid.SampledFrom([]byte{0, 'a', 0xd8, 0xdc, 0xdb, 0xff, 0xfe, 0x20})).Draw(t, "data")
		var order binary.ByteOrder = binary.LittleEndian
		ours := encodingUTF16LE
		if rapid.Bool().Draw(t, "big end first") {
			order, ours = binary.BigEndian, encodingUTF16BE
		}
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = order.Uint16(data[2*i:])
		}
		want := string(utf16.Decode(units))
		if len(data)%2 == 1 {
			want += "\uFFFD"
		}
		var got bytes.Buffer
		if _, err := got.ReadFrom(ours.reader(iotest.OneByteReader(bytes.NewReader(data)))); err != nil {
			t.Fatal(err)
		}
		if want != got.String() {
			t.Fatalf("%x: got %q, want %q", data, got.String(), want)
		}
	})
}
