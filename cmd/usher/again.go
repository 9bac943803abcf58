package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
)

// again runs usher with other arguments, without standard input, until it ends or
// ctx does.
func again(ctx context.Context, args []string) (stdout, stderr []byte, exit int, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, 0, err
	}
	var out, talk bytes.Buffer
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Stdout, cmd.Stderr = &out, &talk
	err = cmd.Run()
	var ended *exec.ExitError
	if errors.As(err, &ended) {
		err = nil
	}
	return out.Bytes(), talk.Bytes(), cmd.ProcessState.ExitCode(), err
}
