package userfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

// usherRows returns n rows in usher's own form, as they come from a script.
func usherRows(n int) []byte {
	var b bytes.Buffer
	b.WriteString("email,first_name,last_name,type,role,site,locale,licence,password_hash,directory\n")
	for i := range n {
		fmt.Fprintf(&b, "user%07d@norrsken.example,Åsa,Lindqvist,individual,member,kiruna,sv,standard,,\n", i)
	}
	return b.Bytes()
}

func jsonRowsOf(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"id":"0199a000-7c00-7000-8000-%012d","email":"user%07d@norrsken.example","first_name":"Åsa","last_name":"Lindqvist","type":"individual","role":"member","site":"kiruna","status":"active","auth":"local","directory":null,"locale":"sv","licence":{"plan":"standard","state":"active"},"must_change_password":false,"locked_until":null,"created_at":"2026-02-01T08:00:00Z","updated_at":"2026-10-01T12:30:00Z","last_login_at":null}`+"\n", i, i)
	}
	return b.Bytes()
}

func benchmarkRead(b *testing.B, data []byte, rows int) {
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(bytes.NewReader(data), Options{})
		if err != nil {
			b.Fatal(err)
		}
		var row Row
		n := 0
		for ; err == nil; n++ {
			err = r.Next(&row)
		}
		if !errors.Is(err, io.EOF) || n-1 != rows {
			b.Fatalf("got %d rows and %v, want %d", n-1, err, rows)
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkUsherForm(b *testing.B) { benchmarkRead(b, usherRows(100_000), 100_000) }

func BenchmarkJSONLines(b *testing.B) { benchmarkRead(b, jsonRowsOf(100_000), 100_000) }

func BenchmarkMicrosoftForm(b *testing.B) {
	head, body, _ := bytes.Cut(testFile(b, "m365-export.csv"), []byte("\r\n"))
	data := append(append([]byte{}, head...), "\r\n"...)
	data = append(data, bytes.Repeat(body, 400)...)
	benchmarkRead(b, data, 27*400)
}
