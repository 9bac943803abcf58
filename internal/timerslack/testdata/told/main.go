// Command told prints by how many nanoseconds the timers of its first thread may
// be late as it began, then how many of its threads are not as usual, a while after
// Reset, or that it may not know.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/usher-admin/usher/internal/timerslack"
)

func main() {
	began, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		panic(err)
	}
	timerslack.Reset()
	time.Sleep(50 * time.Millisecond)
	fmt.Println(began, late())
}

// late looks at every thread. To look at another takes a capability.
func late() string {
	threads, err := filepath.Glob("/proc/self/task/*")
	if err != nil {
		panic(err)
	}
	n := 0
	for _, thread := range threads {
		text, err := os.ReadFile("/proc/" + filepath.Base(thread) + "/timerslack_ns")
		if err != nil {
			return "unknown"
		}
		if strings.TrimSpace(string(text)) != "50000" {
			n++
		}
	}
	return fmt.Sprint(n)
}
