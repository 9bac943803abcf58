package service

import (
	"context"
	"strings"
	"testing"
)

// BenchmarkImportUsers imports 20,000 plain rows in one transaction.
func BenchmarkImportUsers(b *testing.B) {
	file := rows(60_000)
	for b.Loop() {
		b.StopTimer()
		s := newWorld(b).as("anna@norrsken.example")
		b.StartTimer()
		if _, err := s.ImportUsers(context.Background(), ImportInput{File: strings.NewReader(file)}); err != nil {
			b.Fatal(err)
		}
	}
}
