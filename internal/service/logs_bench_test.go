package service

import (
	"context"
	"os"
	"strconv"
	"testing"
)

// benchEvents is how many events the benchmarks of the log have:
// USHER_BENCH_EVENTS, for instance 1000000, else 100,000.
func benchEvents(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("USHER_BENCH_EVENTS"))
	if err != nil {
		return 100_000
	}
	return n
}

func BenchmarkVerifyLog(b *testing.B) {
	w := newWorld(b)
	events := benchEvents(b)
	before := fileSize(b, w.path)
	w.fillLog(events)
	b.ReportMetric(float64(fileSize(b, w.path)-before)/float64(events), "bytes/event")
	s := w.service(worldDevice{})
	for b.Loop() {
		v, err := s.VerifyLog(context.Background(), nil, func(_, _ uint64) {})
		if err != nil || !v.OK {
			b.Fatalf("got %+v, %v; want a whole log", v, err)
		}
	}
}

func fileSize(b *testing.B, path string) int64 {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
