// Package userfile reads lists of people as other systems write them: the
// exports and templates of Microsoft 365, Entra and Google Workspace, lists of
// a personnel department, usher's own CSV template and its JSON Lines. It turns
// them into rows of one shape and says which rows cannot be read, and why.
//
// It promises to stream: whatever the file holds, memory stays within a few
// cells of Options.MaxCell bytes (CSV) or one line of MaxLine bytes (JSON
// Lines). It never gives out, keeps or quotes a password in clear text.
//
// The encoding is decided on the first 64 KiB: a byte order mark or the zeros of
// UTF-16, else UTF-8, else Windows-1252. The delimiter (comma, semicolon or tab)
// is the one of the header line. A file may end its lines with LF, CR LF or CR.
//
// It is pure: it opens no file and asks no database. Whether an address, a
// domain, a role or a hash is any good is for the caller to say, as is whether
// one address stands twice: what a Row holds is text, trimmed and nothing else.
package userfile
