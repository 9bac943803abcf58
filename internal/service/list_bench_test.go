package service

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// BenchmarkListUsers reads 20,000 users, piece by piece.
func BenchmarkListUsers(b *testing.B) {
	s := crowd(b, 20_000)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if err := s.ListUsers(context.Background(), UserFilter{}, func() UserPiece { return &countedPiece{all: &n} }); err != nil || n != 20_001 {
			b.Fatalf("%d users, %v", n, err)
		}
	}
}

// countedPiece counts users.
type countedPiece struct {
	all *int
	own int
}

func (p *countedPiece) Add(*UserView, bool) { p.own++ }

func (p *countedPiece) Write() error {
	*p.all += p.own
	p.own = 0
	return nil
}

// crowd makes a world of that many users and returns its owner's service.
func crowd(b *testing.B, users int) *Service {
	s := newWorld(b).as("anna@norrsken.example")
	if _, err := s.ImportUsers(context.Background(), ImportInput{File: strings.NewReader(rows(users))}); err != nil {
		b.Fatal(err)
	}
	return s
}

// rows is a file of that many plain users.
func rows(users int) string {
	var file strings.Builder
	file.WriteString("email,first_name,last_name\n")
	for i := range users {
		fmt.Fprintf(&file, "user%06d@norrsken.example,First%d,Last%d\n", i, i%1000, i%5000)
	}
	return file.String()
}
