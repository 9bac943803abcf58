package store

import (
	"encoding/binary"
	"fmt"
)

// Schema is the number of the form in which this usher writes files. It reads
// all earlier ones, migrating them, and refuses later ones.
const Schema = 1

// schemaKey and the form of its value never change, so that every usher can
// read them of every file: the number, big-endian, then its check.
func schemaKey() []byte { return []byte("@schema") }

func (tx *Tx) writeSchema() {
	k := schemaKey()
	tx.space.put(k, appendCheck(k, binary.BigEndian.AppendUint32(nil, Schema)))
}

func (tx *Tx) checkSchema() error {
	k := schemaKey()
	value := tx.space.get(k)
	if value == nil {
		return foreignError(tx.path, "it is a bbolt file without usher's mark")
	}
	if len(value) != 4+checkSize || binary.BigEndian.Uint32(value[4:]) != checksum(k, value[:4]) {
		return tx.damaged("its schema number does not match its check")
	}
	number := binary.BigEndian.Uint32(value)
	switch {
	case number > Schema:
		return newerError(tx.path, uint64(number))
	case number == 0:
		return tx.damaged(fmt.Sprintf("schema %d does not exist", number))
	}
	return nil
}
