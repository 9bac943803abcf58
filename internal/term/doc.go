// Package term asks the person at the terminal: questions, secrets without
// echo, and yes or no. It promises that the terminal is left as it was found,
// however the asking ends, and that no half-typed secret is left for the shell
// to show. What it asks is written as it stands: whoever puts foreign text into
// a question makes it safe to show first (output.Safe). Results and talk on the
// standard streams are left to package output.
package term
