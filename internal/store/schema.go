package store

import (
	"encoding/binary"
	"fmt"
)

// Schema is the number of the form in which this usher writes files. It reads
// all earlier ones, migrating them, and refuses later ones.
//
//	2  lines of the log in short, another check of records, other keys of what
//	   every change writes
const Schema = 2

// schemaKey and the form of its value never change, so that every usher can
// read them of every file: the number, big-endian, then its check.
func schemaKey() []byte { return []byte("@schema") }

// unmarked is the error of a file without a schema number. One that has keys, and
// beside which a database stood, is usher's all the same: a page of before may have
// been put back.
func (tx *Tx) unmarked() error {
	kept := false
	tx.space.scan(nil, nil, func(_, _ []byte) bool { kept = true; return false })
	if err := tx.fault(); err != nil {
		return err
	}
	if _, err := readAnchor(tx.path); kept && err == nil {
		return tx.damaged("its schema number is missing")
	}
	return foreignError(tx.path, "it is a bbolt file without usher's mark")
}

// checkSchema looks whether the file is of the schema that is wanted.
func (tx *Tx) checkSchema(want uint32) error {
	k := schemaKey()
	value := tx.space.get(k)
	if value == nil {
		return tx.unmarked()
	}
	if len(value) != 4+checkSize || binary.BigEndian.Uint32(value[4:]) != castagnoli(k, value[:4]) {
		return tx.damaged("its schema number does not match its check")
	}
	number := binary.BigEndian.Uint32(value)
	tx.schema = number
	switch {
	case number > want:
		return newerError(tx.path, number, want)
	case number == 0:
		return tx.damaged(fmt.Sprintf("schema %d does not exist", number))
	case number < want:
		return olderSchema{number}
	}
	return nil
}
