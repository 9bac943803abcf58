// Package cli is usher's command line: the tree of commands, one file a noun,
// what they ask and what they print. A command checks its arguments and asks
// its questions with no database open, calls one method of package service and
// prints the result. exit.go alone turns an error into text, hint and exit
// code.
package cli
