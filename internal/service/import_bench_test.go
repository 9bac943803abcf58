package service

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// BenchmarkImportUsers imports 20,000 plain rows in one transaction.
func BenchmarkImportUsers(b *testing.B) {
	var file strings.Builder
	file.WriteString("email,first_name,last_name\n")
	for i := range 20_000 {
		fmt.Fprintf(&file, "user%06d@norrsken.example,First%d,Last%d\n", i, i%1000, i%5000)
	}
	for b.Loop() {
		b.StopTimer()
		w := newWorld(b)
		s := w.as("anna@norrsken.example")
		b.StartTimer()
		if _, err := s.ImportUsers(context.Background(), ImportInput{File: strings.NewReader(file.String())}); err != nil {
			b.Fatal(err)
		}
	}
}
