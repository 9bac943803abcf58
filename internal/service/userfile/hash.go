package userfile

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// schemeSHA is how directories mark an unsalted SHA-1 hash; base64 follows.
const schemeSHA = "{SHA}"

// googleHash returns the hash that the two password columns of Google's
// template mean, "" where there is none to take over. Without a hash function
// the password stands there in clear text: it is counted and forgotten.
func (c *csvRows) googleHash(row *Row) string {
	hashed, function := c.cell(fieldHashed), c.cell(fieldHashFunction)
	c.forget(fieldHashed)
	if strings.Trim(hashed, "*") == "" {
		return "" // **** says that the password stays as it is
	}
	switch strings.ToLower(strings.ReplaceAll(function, "-", "")) {
	case "":
		c.tally.clearText++
	case "md5":
		c.tally.md5++
	case "crypt":
		return hashed
	case "sha1":
		if sum, err := hex.DecodeString(hashed); err == nil && len(sum) == 20 {
			return schemeSHA + base64.StdEncoding.EncodeToString(sum)
		}
		row.fault(codeHash, c.layout.column(fieldHashed), "", "not a SHA-1 hash of 40 hexadecimal digits")
	default:
		row.fault(codeValue, c.layout.column(fieldHashFunction), function, "not a hash function: SHA-1, MD5 or CRYPT")
	}
	return ""
}

// countClearText counts a password in a column that is nothing else.
func (c *csvRows) countClearText() {
	if s := c.cells[fieldClearText]; s.to > s.from {
		c.tally.clearText++
		c.forget(fieldClearText)
	}
}

// forget overwrites the text of f, so that no string made of the record has it.
func (c *csvRows) forget(f field) {
	s := c.cells[f]
	clear(c.text[s.from:s.to])
}
