package account

import (
	"errors"
	"fmt"
)

// Kind says what sort of error this is. Callers branch on the kind, never on
// the text; package cli turns it into the exit code.
type Kind uint8

// The kinds of error, in the order of SPEC's exit codes.
const (
	Unexpected      Kind = iota // a failure nobody planned for
	Usage                       // wrong usage of a command, or a confirmation that cannot be asked
	NotFound                    // no such thing, or nothing the actor may see
	Conflict                    // it exists already, or is still in use
	Invalid                     // a value that cannot be accepted
	Forbidden                   // the actor may not, or lacks the key
	Unauthenticated             // nobody is signed in, or the proof is wrong
	NoSeat                      // no licence seat is free
	Partial                     // some of many were done
	Finding                     // a check found something
	Declined                    // the operator said no
	OutcomeUnknown              // the disk failed while the change was written
	Unopenable                  // the database cannot be opened
	Busy                        // somebody else holds the database
	Interrupted                 // the operator interrupted
)

// Error is an error with what a person needs to go on: what was wrong, where,
// and what to type next.
type Error struct {
	Kind    Kind
	Code    string // stable, for scripts: "user.exists"
	Message string // lower case, no full stop, quotes what was typed
	Hint    string // a way on, with the command to type; may be empty
	Cause   error  // what lies below; may be nil
}

// Errorf returns an Error of a kind. A %w in the format becomes its cause.
func Errorf(kind Kind, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Kind: kind, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// Coded sets the stable code of e, such as "user.exists", and returns e.
func (e *Error) Coded(code string) *Error {
	e.Code = code
	return e
}

// Hintf sets the hint of e and returns e. Addresses stand in it as they are
// typed into a shell; for other texts there is Typed.
func (e *Error) Hintf(format string, args ...any) *Error {
	e.Hint = fmt.Sprintf(format, typedArgs(args)...)
	return e
}

// Error returns the message, without the hint.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first Error in err's chain, Unexpected if
// there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unexpected
}

// CodeOf returns the code of the first Error in err's chain, "" if there is
// none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
