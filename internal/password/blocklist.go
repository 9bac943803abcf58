package password

import _ "embed" // for the list below

// commonPasswords are passwords that guessers try first, of eight characters
// or more, since no policy allows fewer: folded, sorted, one a line. Where they
// come from, and under which licence, stands in blocklist.LICENSE; genblock
// makes the file.
//
//go:embed blocklist.txt
var commonPasswords string

// Common returns the embedded blocklist.
func Common() List { return List{commonPasswords} }

// Blocked reports whether pw is a common password, or little more than common
// passwords. Case, accents and the usual stand-ins (p@ssw0rd) make no
// difference. Little more means: digits and punctuation at its end left aside
// it is an entry (password1234567), or fewer than eight characters of it are
// neither entries nor runs such as 1234 (passwordpassword, my-password-abc).
func Blocked(pw Plain) bool { return Common().Contains(pw) }
