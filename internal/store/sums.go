package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/usher-admin/usher/internal/plainfile"
	"github.com/usher-admin/usher/internal/store/pagefile/sums"
)

// Beside the database lies a file with a check of each of its pages: a page that
// is plausible in itself and yet not the one that was written last, such as an
// older one put back, is found by nothing else. The file follows from the
// database and is not flushed. One that is not of the database's last state is
// made anew by the next change.

// SumsSuffix is added to the database's path for the file of page checks.
const SumsSuffix = ".sums"

// openSums finds the page checks and holds the file against them. Where there
// are none of its state it is read without. Who works on the file alone opens them
// to write as well, or notes why he cannot: they are read all the same.
func (s *Store) openSums(o *opened) error {
	var file *os.File
	if o.alone {
		file, o.readOnly = plainfile.Open(s.path+SumsSuffix, os.O_RDWR|plainfile.Strictly, 0)
	}
	var err error
	if file == nil {
		file, err = plainfile.Open(s.path+SumsSuffix, os.O_RDONLY|plainfile.Strictly, 0)
	}
	if err != nil {
		return nil //nolint:nilerr // there are none
	}
	return s.useSums(o, file)
}

// useSums holds the file against page checks that were opened.
func (s *Store) useSums(o *opened, file *os.File) error {
	o.sumsFile = file
	found, err := sums.Open(file)
	if err != nil {
		return nil //nolint:nilerr // torn: the next change makes them anew
	}
	o.written = found.State().Txid
	if found.State() != o.tree.State() {
		return nil
	}
	o.sums = found
	return asDamaged(s.path, o.tree.Against(found))
}

// checkTaken compares the database with the page checks, which are written after
// a commit: they never come before it.
func (s *Store) checkTaken(o *opened) error {
	if txid := o.tree.Txid(); o.written > txid {
		return takenBackError(s.path, txid, o.written)
	}
	return nil
}

// coverPages makes sure that there are page checks of the state before a change.
// Making them takes a look at the whole file.
func (s *Store) coverPages(o *opened) error {
	if o.sums != nil && !o.sums.Broken() {
		return nil
	}
	pages, err := o.tree.Sums()
	if err != nil {
		return asDamaged(s.path, err)
	}
	s.writeSums(o.tree.State(), pages)
	_ = o.closeSums() // nothing was written by this handle
	return s.openSums(o)
}

// writeSums makes the file of page checks anew.
func (s *Store) writeSums(state sums.State, pages []sums.Page) {
	file, err := plainfile.Open(s.path+SumsSuffix, os.O_RDWR|os.O_CREATE|plainfile.Strictly, 0o600)
	if err == nil {
		err = closeWritten(file, orElse(sameOwner(file, s.path), func() error { return sums.Write(file, state, pages) }))
	}
	s.failedSums(err)
}

// updateSums brings the page checks to the state after a commit. Where there were
// none, since the state of the file was only just accepted, they are made.
func (s *Store) updateSums(o *opened) {
	if o.sums == nil {
		s.makeSums(o)
		return
	}
	s.failedSums(o.updateSums())
}

func (o *opened) updateSums() error {
	if o.readOnly != nil {
		return o.readOnly
	}
	after, done, err := o.committed()
	if err != nil {
		return err
	}
	defer done()
	if before := o.tree.Txid(); after.Txid() != before+1 {
		return fmt.Errorf("transaction %d does not follow %d", after.Txid(), before)
	}
	pages, err := after.Changed(o.tree)
	if err != nil {
		return err
	}
	if err := o.sums.Update(o.sumsFile, after.State(), pages); err != nil {
		return err
	}
	return o.closeSums()
}

// makeSums makes the page checks of the file as it is after a commit.
func (s *Store) makeSums(o *opened) {
	var pages []sums.Page
	tree, done, err := o.committed()
	if err == nil {
		defer done()
		pages, err = tree.Sums()
	}
	if err != nil { // the next change says what is wrong
		s.dropSums()
		return
	}
	s.writeSums(tree.State(), pages)
}

// failedSums takes the page checks away that could not be written, if so. That
// costs a look at the whole file at the next change.
func (s *Store) failedSums(err error) {
	if err != nil {
		s.opt.Warn(fmt.Sprintf("cannot write the page checks beside the database: %v", err))
		s.dropSums()
	}
}

// vouches reports whether what is kept beside the database shall say that a
// transaction counts. Who works on whatever state the file is in leaves it alone,
// unless he accepts that state.
func (s *Store) vouches(tx *Tx) bool { return !s.unanchored || tx.accepted }

// vouch writes what is kept beside the database for a file that was made anew.
func (s *Store) vouch(tx *Tx) {
	if !s.vouches(tx) {
		return
	}
	s.forgetAccepted(tx)
	s.writeSums(tx.built.to.Sums())
	s.writeAnchor(tx)
}

// dropSums takes the page checks away.
func (s *Store) dropSums() {
	if err := os.Remove(s.path + SumsSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.opt.Warn(fmt.Sprintf("cannot remove the page checks beside the database: %v", err))
	}
}
