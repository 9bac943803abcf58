package store

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// lockHolders returns the ids of the processes that hold a lock on file, as
// /proc/locks tells (proc(5)): "1: FLOCK ADVISORY WRITE 4711 08:01:131 0 EOF".
// Waiting processes have "->" behind the number.
func lockHolders(file *os.File) []int {
	info, err := file.Stat()
	if err != nil {
		return nil
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	table, err := os.ReadFile("/proc/locks")
	if err != nil {
		return nil
	}
	inode := fmt.Sprintf(":%d", stat.Ino)
	var pids []int
	for lines := bufio.NewScanner(bytes.NewReader(table)); lines.Scan(); {
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[1] != "FLOCK" || !strings.HasSuffix(f[5], inode) {
			continue
		}
		if pid, err := strconv.Atoi(f[4]); err == nil && pid > 0 {
			pids = append(pids, pid)
		}
	}
	return pids
}

// processName returns "usher user import (process 4711)", without arguments
// that could name people.
func processName(pid int) string {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || len(line) == 0 {
		return fmt.Sprintf("process %d", pid)
	}
	return fmt.Sprintf("%q (process %d)", commandWords(line), pid)
}
