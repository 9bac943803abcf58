package main

import (
	"context"
	"errors"
	"os/signal"
	"syscall"
	"testing"
	"time"
)

// signalSelf sends this process a signal and gives it time to arrive.
func signalSelf(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(syscall.Getpid(), s); err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Millisecond)
}

// TestASignalDuringACommitWaits: it neither ends the process nor calls anything
// off; one that comes later does.
func TestASignalDuringACommitWaits(t *testing.T) {
	t.Cleanup(func() { signal.Reset() })
	i := newInterruptible()
	i.undisturbed()
	i.mu.Lock() // keeps the time to listen from coming while the signals are on their way
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT} {
		signalSelf(t, s)
	}
	i.mu.Unlock()
	i.listen()
	if i.Err() != nil {
		t.Fatal("a signal during the commit called something off")
	}
	signalSelf(t, syscall.SIGTERM)
	if i.Err() == nil {
		t.Fatal("a signal after the commit was not heard")
	}
}

// TestItListensAfterAWhile: nobody has to wait for a signal for it to be heard.
func TestItListensAfterAWhile(t *testing.T) {
	t.Cleanup(func() { signal.Reset() })
	i := newInterruptible()
	if i.Err() != nil {
		t.Fatal("called off before anybody did")
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		i.mu.Lock()
		listening := i.caught != nil
		i.mu.Unlock()
		if listening {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("does not listen")
		}
		time.Sleep(unheard)
	}
	signalSelf(t, syscall.SIGINT)
	select {
	case <-i.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("the signal was not heard")
	}
	if !errors.Is(i.Err(), context.Canceled) {
		t.Fatalf("got %v, want that it is called off", i.Err())
	}
}
