package service

import (
	"context"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
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
	size := float64(fileSize(b, w.path)-before) / float64(events)
	s := w.service(worldDevice{})
	for b.Loop() {
		v, err := s.VerifyLog(context.Background(), nil, func(_, _ uint64) {})
		if err != nil || !v.OK {
			b.Fatalf("got %+v, %v; want a whole log", v, err)
		}
	}
	b.ReportMetric(size, "bytes/event") // behind the loop, which begins all metrics anew
}

// BenchmarkUserEvents reads the events of one user among those of others, and
// his record: the one is to take no more than half as long again as the other.
func BenchmarkUserEvents(b *testing.B) {
	w := newWorld(b)
	users := w.fillLog(benchEvents(b) / 2)
	bo := w.user(account.User{Email: "bo@norrsken.example"})
	w.fillMore(users, benchEvents(b)/2)
	s := w.as("anna@norrsken.example")
	var events, show []time.Duration
	for b.Loop() {
		began := time.Now()
		err := s.Logs(context.Background(), LogFilter{User: bo.Email.String(), Newest: 100}, func([]EventView) error { return nil })
		events = append(events, time.Since(began))
		began = time.Now()
		if _, failed := s.ShowUser(context.Background(), bo.Email.String()); failed != nil || err != nil {
			b.Fatal(failed, err)
		}
		show = append(show, time.Since(began))
	}
	slices.Sort(events)
	slices.Sort(show)
	b.ReportMetric(float64(events[len(events)/2].Microseconds()), "events-us")
	b.ReportMetric(float64(show[len(show)/2].Microseconds()), "show-us")
}

func fileSize(b *testing.B, path string) int64 {
	b.Helper()
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	return info.Size()
}
