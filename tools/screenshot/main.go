// Command screenshot runs a command on a terminal of its own and draws what it
// showed as an SVG that turns the pages by itself.
//
//	go run ./tools/screenshot -o docs/demo.svg -- tools/demo/demo.sh bin/usher
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"

	"github.com/creack/pty"
)

// How large the terminal is.
const (
	columns = 116
	rows    = 36
)

func main() {
	out := flag.String("o", "", "the `FILE` to write")
	flag.Parse()
	if err := run(*out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "screenshot:", err)
		os.Exit(1)
	}
}

func run(out string, command []string) error {
	shown, err := watch(command)
	if err != nil {
		return err
	}
	return os.WriteFile(out, []byte(draw(pages(screenLines(shown)))), 0o644)
}

// watch runs a command and returns every byte it sent to its terminal.
func watch(command []string) ([]byte, error) {
	if len(command) == 0 {
		return nil, errors.New("say which command to run")
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "TZ=UTC")
	screen, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		return nil, err
	}
	shown, err := io.ReadAll(screen)
	if err != nil && !errors.Is(err, syscall.EIO) { // so Linux says that nobody writes any more
		return nil, err
	}
	return shown, cmd.Wait()
}
