package service

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// same is randomness that is always the same.
type same struct{}

func (same) Read(p []byte) (int, error) { return copy(p, bytes.Repeat([]byte{7}, len(p))), nil }

// twin returns a service like owner's on a copy of the world's database, with
// randomness that is the same for every twin, and a store that holds so many
// bytes of changes in memory.
func (w *world) twin(owner *Service, hold int) *Service {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "usher.db")
	for _, suffix := range []string{"", store.AnchorSuffix} {
		data, err := os.ReadFile(w.path + suffix)
		if err == nil {
			err = os.WriteFile(path+suffix, data, 0o600)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	random := same{}
	s := store.New(path, store.Options{
		Wait: time.Second, Now: func() time.Time { return w.now }, Random: random, Warn: func(text string) { w.t.Log(text) }, Hold: hold,
	})
	env := owner.env
	env.Random = random
	return New(s, env)
}

// mixedRows is a file whose rows are out of order, some with faults: an address
// that stands there twice, and one of a domain that is not approved.
func mixedRows(users int) string {
	lines := strings.Split(strings.TrimSpace(rows(users)), "\n")
	body := lines[1:]
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(body), func(i, j int) { body[i], body[j] = body[j], body[i] })
	body[users/2] = body[users/3]
	body = append(body, "eve@elsewhere.example,Eve,Ek")
	return lines[0] + "\n" + strings.Join(body, "\n") + "\n"
}

// TestAnImportThatDoesNotFitIntoMemoryIsTheSame imports a file and then another
// version of it, once in memory and once by way of a scratch file. All that is
// in the two databases must be equal.
func TestAnImportThatDoesNotFitIntoMemoryIsTheSame(t *testing.T) {
	w := newWorld(t)
	owner := w.as("anna@norrsken.example")
	ample, scarce := w.twin(owner, 0), w.twin(owner, 20<<10)
	first := mixedRows(500)
	second := strings.ReplaceAll(mixedRows(700), ",First", ",Second")
	for i, file := range []string{first, second} {
		in := ImportInput{KeepGoing: true, Upsert: i == 1}
		var told [2]string
		for j, s := range []*Service{ample, scarce} {
			in.File = strings.NewReader(file)
			result, err := s.ImportUsers(context.Background(), in)
			if account.KindOf(err) != account.Partial || result.Failed != 2 {
				t.Fatalf("file %d: %+v, %v; want two failures", i, result, err)
			}
			told[j] = fmt.Sprintf("%d added, %d updated, %d skipped: %+v", result.Added, result.Updated, result.Skipped, faultsOf(t, result))
		}
		if told[0] != told[1] {
			t.Errorf("file %d: with little memory the result is\n%s\nwant\n%s", i, told[1], told[0])
		}
	}
	if a, b := wholeContent(t, ample), wholeContent(t, scarce); !bytes.Equal(a, b) {
		t.Errorf("the databases differ: %d and %d bytes", len(a), len(b))
	}
}

// TestALargeImportTellsOfTheFileThatItMakes: what lasts longest behind the last
// row is not silent, and a small import does not make a file.
func TestALargeImportTellsOfTheFileThatItMakes(t *testing.T) {
	w := newWorld(t)
	owner := w.as("anna@norrsken.example")
	for _, users := range []int{10, 8000} {
		var written, last uint64
		times := 0
		in := ImportInput{File: strings.NewReader(rows(users))}
		in.Written = func(done, _ uint64) { written = done }
		in.Saved = func(records, _ uint64) {
			if times++; records <= last || written < uint64(users/1024*1024) {
				t.Errorf("it told of %d records after %d, and of %d rows written of %d", records, last, written, users)
			}
			last = records
		}
		if _, err := w.twin(owner, 0).ImportUsers(context.Background(), in); err != nil {
			t.Fatal(err)
		}
		if small := users < 100; small != (times == 0) || !small && last < uint64(users) {
			t.Errorf("%d users: it told %d times, last of %d records", users, times, last)
		}
	}
}

// wholeContent returns the file made anew, without the pages that count
// transactions, after a look at everything in it.
func wholeContent(t *testing.T, s *Service) []byte {
	t.Helper()
	ctx := context.Background()
	if err := s.store.Compact(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Verify(ctx); err != nil {
		t.Fatal(err)
	}
	if v, err := s.VerifyLog(ctx, nil, func(uint64, uint64) {}); err != nil || !v.OK {
		t.Fatalf("the log: %+v, %v", v, err)
	}
	data, err := os.ReadFile(s.store.Path())
	if err != nil {
		t.Fatal(err)
	}
	return data[2*os.Getpagesize():]
}

// endlessFile gives some rows and then makes whoever reads it wait.
type endlessFile struct {
	rows *strings.Reader
	wait chan struct{}
}

func (f *endlessFile) Read(p []byte) (int, error) {
	if f.rows.Len() > 0 {
		return f.rows.Read(p)
	}
	<-f.wait
	return 0, io.EOF
}

// Who interrupts an import need not wait for the file to go on.
func TestAnImportThatWaitsForItsFileCanBeInterrupted(t *testing.T) {
	t.Parallel()
	s := newWorld(t).as("anna@norrsken.example")
	file := &endlessFile{rows: strings.NewReader(rows(20_000)), wait: make(chan struct{})}
	defer close(file.wait)
	ctx, stop := context.WithTimeout(context.Background(), 500*time.Millisecond)
	defer stop()
	if _, err := s.ImportUsers(ctx, ImportInput{File: file}); account.KindOf(err) != account.Interrupted {
		t.Errorf("got %v, want that it was interrupted", err)
	}
}
