package service

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"strconv"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// actionRestore is the word of the log for a restore: the system user's over a
// database, anybody's who has the file to a place where none is.
const actionRestore = access.Permission("db.restore")

// ReadBackup reads a backup and checks it whole. Access to it is enough. Whoever
// asked for it closes it.
func (s *Service) ReadBackup(ctx context.Context, name string, r io.Reader) (*store.Copy, error) {
	return s.store.ReadBackup(ctx, name, r)
}

// PlanRestore returns what a restore would replace. Over a database it takes the
// system key: its own, or that of the backup where it cannot say it any more.
func (s *Service) PlanRestore(ctx context.Context, from *store.Copy) (store.Standing, error) {
	old, err := s.store.Standing(ctx)
	if err != nil || !old.There {
		return old, err
	}
	err = from.View(func(tx *store.Tx) error { return s.mayReplace(tx, old) })
	if old.Readable && account.KindOf(err) == account.Unauthenticated {
		s.recordRefusal(ctx, &refusal{action: actionRestore}, err)
	}
	return old, err
}

// mayReplace asks for the system key of what stands there.
func (s *Service) mayReplace(backup *store.Tx, old store.Standing) error {
	in := old.Instance
	if !old.Readable {
		var err error
		if in, err = backup.Instance(); err != nil {
			return err
		}
	}
	if s.env.SystemKey == nil || !s.env.SystemKey.Matches(in.System, in.ID) {
		return errSystemKey()
	}
	return nil
}

// Restored is what a restore did.
type Restored struct {
	store.Ended
	Kept string        // where the database that stood there is, "" if none did
	Head store.LogHead // the end of the log now
}

// RestoreDatabase puts a backup into the place of the database. The log says so,
// in every organisation, and that it is a fork of what stood there.
func (s *Service) RestoreDatabase(ctx context.Context, from *store.Copy) (Restored, error) {
	var r Restored
	kept, err := s.store.Restore(ctx, from, func(tx *store.Tx, old store.Standing) (err error) {
		o := &op{svc: s, tx: tx, action: actionRestore, log: openLog(tx, s.env)}
		if old.There {
			if err := s.mayReplace(tx, old); err != nil {
				return err
			}
			o.actor.Kind = access.System
		}
		if r.Ended, err = tx.EndWhatEnded(old); err != nil {
			return err
		}
		before := history{events: old.Events, root: old.Root, known: old.There}
		if err := o.noteRestore(before, audit.Change{Field: audit.RestoredFile, To: hex.EncodeToString(from.SHA256[:])}); err != nil {
			return err
		}
		err = o.log.close()
		r.Head = tx.Head()
		return err
	})
	r.Kept = kept
	return r, err
}

// AcceptRollback makes the database that stands there, older than what was
// committed last, the one that counts. The log says so.
func (s *Service) AcceptRollback(ctx context.Context) (Restored, error) {
	return acceptRollback(ctx, New(s.store.Unanchored(), s.env))
}

// acceptRollback takes the use cases on the database in whatever state it is.
func acceptRollback(ctx context.Context, s *Service) (Restored, error) {
	var r Restored
	err := s.asSystem(ctx, string(actionRestore), func(o *op) error {
		back, err := s.store.RolledBack(o.tx)
		if err != nil {
			return err
		}
		if !back {
			return account.Errorf(account.Conflict, "the database was not rolled back: there is nothing to accept").Coded("db.not_rolled_back")
		}
		o.tx.Accept()
		a, _ := s.store.Anchor()
		err = o.noteRestore(history{events: a.Size, root: a.Root, known: true}, audit.Change{Field: audit.RestoredAccept, To: "accepted"})
		r.Head = o.tx.Head()
		return err
	})
	return r, err
}

// history is how far a log had come.
type history struct {
	events uint64
	root   [32]byte
	known  bool
}

// noteRestore writes the event of a restore into the log of every organisation,
// with the digest of a baseline that vouches for every record as it is now.
func (o *op) noteRestore(before history, how audit.Change) error {
	head := o.tx.Head()
	digest, err := o.layBaseline(head.Size)
	if err != nil {
		return err
	}
	changes := []audit.Change{
		{Field: audit.RestoredEvents, To: strconv.FormatUint(head.Size, 10)},
		{Field: audit.RestoredRoot, To: base64.StdEncoding.EncodeToString(head.Root[:])},
		how,
		{Field: audit.BaselineDigest, To: digest},
	}
	if before.known {
		changes[0].From = strconv.FormatUint(before.events, 10)
		changes[1].From = base64.StdEncoding.EncodeToString(before.root[:])
	}
	return o.emitEverywhere(audit.Ref{Type: "database"}, changes)
}

// emitEverywhere writes an event into the log of every organisation, or one that
// is of none where the last was deleted: nothing is done without.
func (o *op) emitEverywhere(target audit.Ref, changes []audit.Change) error {
	orgs, err := o.organisations()
	if err != nil {
		return err
	}
	if len(orgs) == 0 {
		o.actor.Org = 0
		return o.emit(target, 0, changes)
	}
	for _, org := range orgs {
		o.actor.Org = org.ID
		if err := o.emit(target, 0, changes); err != nil {
			return err
		}
	}
	return nil
}

// layBaseline writes the baseline of every record as it is, in this transaction,
// and returns its digest. The next event has to carry it.
func (o *op) layBaseline(generation uint64) (string, error) {
	digest := audit.NewDigest()
	page, from := uint64(0), []byte(nil)
	for first := true; first || from != nil; first = false {
		written, next, behind, err := o.tx.WriteBaseline(generation, page, from, pruneChunk)
		if err != nil {
			return "", err
		}
		for _, b := range written {
			digest.Add(b.Key, b.Hash)
		}
		page, from = next, behind
	}
	o.tx.SetBaseline(generation, generation+1)
	return digest.String(), o.tx.DropBaselines(generation)
}

func (o *op) organisations() ([]account.Organisation, error) {
	var orgs []account.Organisation
	err := o.tx.Organisations(func(org account.Organisation) (bool, error) {
		orgs = append(orgs, org)
		return true, nil
	})
	return orgs, err
}
