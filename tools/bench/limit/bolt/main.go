// Command bolt does the least with the engine that usher is built on: one get,
// one put, one scan, one load, with nothing checked, indexed or logged.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"

	"go.etcd.io/bbolt"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bolt:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: bolt get|put|scan|load FILE [KEY|N]")
	}
	writes := args[0] == "put" || args[0] == "load"
	db, err := bbolt.Open(args[1], 0o600, &bbolt.Options{ReadOnly: !writes, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	defer db.Close()
	switch args[0] {
	case "get":
		return get(db, []byte(args[2]))
	case "put":
		return put(db, []byte(args[2]))
	case "scan":
		return scan(db)
	}
	n, err := strconv.Atoi(args[2])
	if err != nil {
		return err
	}
	return load(db, n)
}

func get(db *bbolt.DB, key []byte) error {
	return db.View(func(tx *bbolt.Tx) error {
		value := tx.Bucket(bucket()).Get(key)
		if value == nil {
			return fmt.Errorf("no key %q", key)
		}
		_, err := os.Stdout.Write(value)
		return err
	})
}

func put(db *bbolt.DB, key []byte) error {
	return db.Update(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket()).Put(key, record(0))
	})
}

func scan(db *bbolt.DB) error {
	w := bufio.NewWriterSize(os.Stdout, 1<<16)
	err := db.View(func(tx *bbolt.Tx) error {
		return tx.Bucket(bucket()).ForEach(func(_, value []byte) error {
			_, err := w.Write(value)
			return err
		})
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// load puts n records in order, ten thousand in a transaction.
func load(db *bbolt.DB, n int) error {
	const batch = 10_000
	for from := 0; from < n; from += batch {
		err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucketIfNotExists(bucket())
			if err != nil {
				return err
			}
			b.FillPercent = 0.95
			for i := from; i < min(from+batch, n); i++ {
				if err := b.Put(fmt.Appendf(nil, "user%07d@bench.example", i), record(i)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func bucket() []byte { return []byte("bench") }

// record is about as long as what a user is shown as.
func record(i int) []byte {
	return fmt.Appendf(nil, `{"id":"%032d","email":"user%07d@bench.example","first_name":"Bo","last_name":"Ek","type":"host","role":"member","site":null,"status":"pending","auth":"local","directory":null,"locale":"en","licence":{"plan":null,"state":null}}`+"\n", i, i)
}
