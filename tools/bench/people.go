package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// address is that of the user of a number. The order of the numbers is the order
// of the addresses.
func address(i int) string { return fmt.Sprintf("user%07d@bench.example", i) }

// identity is the id that the peers give to the user of a number: as long as
// usher's, and in the same order.
func identity(i int) string { return fmt.Sprintf("01890000-%04x-7000-8000-%012x", i>>16&0xffff, i) }

func firstName(i int) string { return []string{"Anna", "Bo", "Eva", "Ulf", "Märta"}[i%5] }
func lastName(i int) string  { return []string{"Larsson", "Ek", "Åström", "Nilsson"}[i%4] }

// someone is a user for a round: another each time, all over the file.
func someone(round, users int) int { return (round*7919 + 13) % users }

// write makes a file, unless it is there, and returns its path.
func write(folder, name string, content func(w io.Writer) error) (string, error) {
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	f, err := os.Create(path + ".new")
	if err != nil {
		return "", err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := content(w); err != nil {
		return "", err
	}
	if err := w.Flush(); err != nil {
		return "", err
	}
	return path, os.Rename(path+".new", path)
}

// staff writes the rows that usher imports, in the order given.
func staff(order []int) func(w io.Writer) error {
	return func(w io.Writer) error {
		if _, err := fmt.Fprintln(w, "email,first_name,last_name"); err != nil {
			return err
		}
		for _, i := range order {
			if _, err := fmt.Fprintf(w, "%s,%s,%s\n", address(i), firstName(i), lastName(i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// staffWithIDs writes the same rows for a peer that makes no ids.
func staffWithIDs(order []int) func(w io.Writer) error {
	return func(w io.Writer) error {
		for _, i := range order {
			if _, err := fmt.Fprintf(w, "%s,%s,%s,%s,host,member,pending,2026-01-01T00:00:00Z,\n", identity(i), address(i), firstName(i), lastName(i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// addresses writes those of some users, one a line.
func addresses(order []int) func(w io.Writer) error {
	return func(w io.Writer) error {
		for _, i := range order {
			if _, err := fmt.Fprintln(w, address(i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// inOrder lists the numbers below n.
func inOrder(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

// shuffled lists them in an order that is the same every time.
func shuffled(n int) []int {
	order := inOrder(n)
	rand.New(rand.NewPCG(1, 2)).Shuffle(n, func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}
