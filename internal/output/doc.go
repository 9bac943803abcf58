// Package output writes every result of usher to standard output: as a table,
// as JSON, JSON Lines or CSV, for a terminal or into a pipe. A command hands it
// Objects, ordered fields with values, and a Spec that lists the fields; the
// Printer does the rest, and reads nothing, asks nobody and keeps no state
// beyond the list it is writing.
//
// It promises:
//
//   - No text that reaches a terminal can steer it. Tables, CSV and quiet
//     output show control characters, bidirectional overrides, other invisible
//     format characters and broken UTF-8 as \u{202e} or \x{ff}; JSON escapes
//     the same characters in its own way, so that it decodes to the very text.
//   - A list is streamed. JSON, JSON Lines and CSV keep one row in memory, a
//     table its first thousand rows, from which the widths are taken.
//   - A wrong column is refused before anything is written. An error of the
//     writer, such as a closed pipe, comes back unchanged.
//   - Times are RFC 3339 in UTC; only a table on a terminal shows local time.
//
// Errors, hints, progress and questions are left to package cli, which uses
// Safe and AppendError from here.
package output
