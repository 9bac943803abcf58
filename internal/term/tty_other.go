//go:build !(linux || darwin || dragonfly || freebsd || netbsd || openbsd)

package term

import (
	"errors"
	"os"
)

// openDevice knows no terminal on this system: questions have to be answered by
// flags and files.
func openDevice(string) (*os.File, error) { return nil, errors.ErrUnsupported }

func setLineMode(*os.File, echo) (func(dropTyped bool) error, error) {
	return nil, errors.ErrUnsupported
}
