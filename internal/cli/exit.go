package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
)

// exitCode returns the exit code of a kind of error (SPEC section 4).
func exitCode(kind account.Kind) int {
	switch kind {
	case account.Usage:
		return 2
	case account.NotFound:
		return 3
	case account.Conflict:
		return 4
	case account.Invalid:
		return 5
	case account.Forbidden:
		return 6
	case account.Unauthenticated:
		return 7
	case account.NoSeat:
		return 8
	case account.Partial:
		return 9
	case account.Finding:
		return 10
	case account.Declined:
		return 11
	case account.OutcomeUnknown:
		return 12
	case account.Unopenable:
		return 13
	case account.Busy:
		return 75
	case account.Interrupted:
		return 130
	}
	return 1
}

// errQuiet ends a command whose exit code says all, with nothing printed.
type errQuiet struct{ kind account.Kind }

func (e errQuiet) Error() string { return "" }

// fail prints an error and returns the exit code. A reader of the output who
// went away (| head) is no failure.
func (a *app) fail(err error) int {
	var quiet errQuiet
	switch {
	case errors.As(err, &quiet):
		return exitCode(quiet.kind)
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return 0
	}
	e := a.asError(err)
	code := exitCode(e.Kind)
	if a.wantsJSON() {
		line := output.AppendError(nil, e.Code, e.Message, e.Hint, code)
		_, _ = a.env.Stderr.Write(append(line, '\n'))
		return code
	}
	_, _ = fmt.Fprintf(a.env.Stderr, "usher: error: %s\n", output.Safe(e.Message))
	if e.Hint != "" {
		_, _ = fmt.Fprintf(a.env.Stderr, "usher: hint: %s\n", output.Safe(e.Hint))
	}
	return code
}

// asError gives every error a kind, a code and its whole text.
func (a *app) asError(err error) account.Error {
	if errors.Is(err, context.Canceled) {
		return account.Error{Kind: account.Interrupted, Code: "interrupted", Message: "interrupted; nothing was changed"}
	}
	var known *account.Error
	if !errors.As(err, &known) {
		return account.Error{Kind: account.Unexpected, Code: "unexpected", Message: err.Error()}
	}
	e := *known
	e.Message = err.Error() // with what the layers above added
	if e.Code == "" {
		e.Code = kindCode(e.Kind)
	}
	return e
}

// kindCode is the code of an error that has none of its own.
func kindCode(kind account.Kind) string {
	switch kind {
	case account.Usage:
		return "usage"
	case account.NotFound:
		return "not_found"
	case account.Conflict:
		return "conflict"
	case account.Invalid:
		return "invalid"
	case account.Forbidden:
		return "forbidden"
	case account.Unauthenticated:
		return "auth.failed"
	case account.Interrupted:
		return "interrupted"
	case account.Declined:
		return "declined"
	}
	return "unexpected"
}

// errPanic makes a mistake in usher itself an error without a stack trace; the
// place is enough for a report.
func errPanic(cause any) error {
	where := ""
	for skip := 3; skip < 12 && where == ""; skip++ {
		_, file, line, ok := runtime.Caller(skip)
		if ok && strings.Contains(file, "/internal/") && !strings.Contains(file, "/runtime/") {
			where = fmt.Sprintf(" at %s:%d", file[strings.LastIndex(file, "/internal/")+1:], line)
		}
	}
	return account.Errorf(account.Unexpected, "a mistake in usher itself%s: %v", where, cause).
		Coded("internal").
		Hintf("nothing was changed by the step that failed; please report it with this line: %s", projectPage)
}

// configuredOutput returns the form that the configuration file asks for, "" if
// it cannot be read: then that is the error to tell of.
func (a *app) configuredOutput() string {
	if a.loaded == nil && !a.loading {
		_, _ = a.config()
	}
	if a.loaded == nil {
		return ""
	}
	return a.loaded.Output
}

// wantsJSON reports whether errors are wanted as JSON. It also answers while the
// flags could not be parsed.
func (a *app) wantsJSON() bool {
	form := a.flags.output
	if form == "" {
		form, _ = a.env.LookupEnv("USHER_OUTPUT")
	}
	for i, arg := range a.env.Args {
		switch {
		case strings.HasPrefix(arg, "--output="):
			form = strings.TrimPrefix(arg, "--output=")
		case (arg == "-o" || arg == "--output") && i+1 < len(a.env.Args):
			form = a.env.Args[i+1]
		case strings.HasPrefix(arg, "-o") && !strings.HasPrefix(arg, "--"):
			form = strings.TrimPrefix(strings.TrimPrefix(arg, "-o"), "=")
		}
	}
	if form == "" {
		form = a.configuredOutput()
	}
	return form == string(output.FormatJSON) || form == string(output.FormatJSONL)
}
