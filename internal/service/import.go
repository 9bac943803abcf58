package service

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service/userfile"
)

// ImportInput is a file of users and how to take it in. Type, Role, Site and
// Plan stand in for rows that do not say.
type ImportInput struct {
	File      io.Reader
	Options   userfile.Options
	Type      account.UserType
	Role      account.RoleName
	Site      account.Slug
	Plan      account.PlanName
	Upsert    bool // bring users who are there already to what the file says
	KeepGoing bool // import what can be

	Invited bool          // who is left without a password gets an invitation
	Life    time.Duration // of its link; 0: the usual one
	Mail    bool          // mail the links

	Checked Progress // of how many rows there are is not known
	Written Progress
	Saved   Progress // records, of those who were there too, where the file is made anew; likewise
}

// ImportResult tells what became of a file.
type ImportResult struct {
	Form     userfile.Form
	Read     int
	Added    int
	Updated  int
	Skipped  int // there already as the file says
	Failed   int // rows, not faults
	Faults   ImportFaults
	Links    []ImportLink
	Warnings []string
}

// ImportLink is the invitation of a user of the file.
type ImportLink struct {
	Email account.Email
	Link  MadeLink
}

// errImport rolls an import back that has faults.
var errImport = errors.New("rows with faults")

// ImportUsers takes in the users of a file, all or nothing unless told to keep
// going (S10). The file is read and checked before anything is locked. The faults
// of the result are to be closed.
func (s *Service) ImportUsers(ctx context.Context, in ImportInput) (ImportResult, error) {
	if err := s.mayInvite(in); err != nil {
		return ImportResult{}, err
	}
	reader, err := userfile.Open(in.File, in.Options)
	if err != nil {
		return ImportResult{}, err
	}
	im := &importer{in: in.withProgress(), reader: reader, spool: newSpool(s.store.Scratch()), interrupted: func() error { return interrupted(ctx) }}
	defer im.spool.records.close()
	im.result.Faults = newImportFaults(s.store.Scratch)
	if err := im.read(ctx); err != nil {
		im.result.Faults.Close()
		return ImportResult{}, err
	}
	err = im.result.conclude(s.changeMany(ctx, access.UserImport, im.write), "see all of them with --report FILE, or import the others with --keep-going")
	if err != nil && account.KindOf(err) != account.Partial {
		im.result.Links = nil // none of them works
	}
	im.result.Form, im.result.Warnings = reader.Form(), append(reader.Warnings(), im.warnings()...)
	return im.result, err
}

// progressStep is how many rows lie between two words about progress.
const progressStep = 1024

// withProgress returns the input with somebody to tell about progress.
func (in ImportInput) withProgress() ImportInput {
	if in.Checked == nil {
		in.Checked = func(_, _ uint64) {}
	}
	if in.Written == nil {
		in.Written = func(_, _ uint64) {}
	}
	if in.Saved == nil {
		in.Saved = func(_, _ uint64) {}
	}
	return in
}

// conclude returns the error of the import. Where no fault says what to do about
// it, hint does.
func (r *ImportResult) conclude(err error, hint string) error {
	if errors.Is(err, errImport) {
		return r.refusal(hint)
	}
	return err
}

// importer is one import under way.
type importer struct {
	in     ImportInput
	reader *userfile.Reader
	spool  *spool
	result ImportResult

	left      int           // suspended in the file, and not here
	firstLeft account.Email // the first of them

	interrupted func() error // asked at every row: an import may last long
}

// importRow is what a row says.
type importRow struct {
	NewUser
	number    int
	bad       bool // has faults, and only keeps its address for itself
	suspended bool
	hash      string
}

// read reads and checks every row by itself.
func (im *importer) read(ctx context.Context) error {
	err := readAhead(im.reader).each(ctx.Done(), im.check)
	if errors.Is(err, io.EOF) {
		im.spool.forget()
		return nil
	}
	return err
}

// check checks a row and keeps it.
func (im *importer) check(row *userfile.Row) error {
	if err := im.interrupted(); err != nil {
		return err
	}
	im.result.Read++
	if im.result.Read%progressStep == 0 {
		im.in.Checked(uint64(im.result.Read), 0)
	}
	faults := &im.result.Faults.alone
	before := faults.n
	parsed := im.parse(*row)
	parsed.bad = faults.n > before
	if err := im.keep(&parsed); err != nil {
		return err
	}
	if faults.n > before {
		im.result.Failed++
	}
	return faults.err
}

// keep puts a row into the spool, unless its address stands in the file already,
// be it in a row with faults.
func (im *importer) keep(r *importRow) error {
	if r.Email == "" {
		return nil
	}
	first, err := im.spool.find(r.Email)
	if err != nil {
		return err
	}
	if first == 0 {
		return im.spool.add(r)
	}
	im.result.Faults.alone.note(r.number, ImportFault{
		Column: im.reader.Column("email"), Value: r.Email.String(), Code: "import.duplicate", kind: account.Conflict,
		Message: account.Errorf(account.Conflict, "%s stands in the file already, on row %d", r.Email, first).Message,
	})
	return nil
}

// interrupted is the error of a change that was asked to stop before its end.
func interrupted(ctx context.Context) error {
	if ctx.Err() == nil {
		return nil
	}
	return errInterrupted()
}

func errInterrupted() error {
	return account.Errorf(account.Interrupted, "interrupted; nothing was changed").Coded("interrupted")
}

// write adds the rows within the transaction.
func (im *importer) write(o *op) error {
	if err := o.allowHere(); err != nil {
		return err
	}
	if im.in.Invited {
		if err := o.allowHereTo(access.InviteLink); err != nil {
			return err
		}
	}
	o.tx.OnSaving(func(records uint64) { im.in.Saved(records, 0) })
	done := 0
	err := im.spool.each(func(row *importRow) error {
		if err := im.interrupted(); err != nil {
			return err
		}
		if done++; done%progressStep == 0 {
			im.in.Written(uint64(done), uint64(im.spool.rows))
		}
		if row.bad {
			return nil
		}
		return im.writeRow(o, row)
	})
	if err != nil {
		return err
	}
	return im.result.settle(o, im.in.KeepGoing)
}

// settle ends an import: nothing failed, or all is taken back, or the command
// goes past what failed and says so.
func (r *ImportResult) settle(o *op, keepGoing bool) error {
	switch {
	case r.Failed == 0:
		return nil
	case !keepGoing:
		r.Added, r.Updated, r.Skipped = 0, 0, 0
		return errImport
	}
	o.partial = account.Errorf(account.Partial, "%s not imported%s", account.CountOf(r.Failed, r.Read, "row")+account.Agree(r.Failed, " was", " were"), r.others()).
		Coded("import.partial").
		Hintf("mend the rows named and import the file again with --upsert")
	return nil
}

// others says what became of the rows that did not fail, if there are any.
func (r *ImportResult) others() string {
	if r.Failed == r.Read {
		return ""
	}
	return account.Agree(r.Read-r.Failed, "; the other is", "; the others are")
}

func (im *importer) writeRow(o *op, row *importRow) error {
	err := im.put(o, row)
	if err == nil {
		return nil
	}
	if !itemError(err) {
		return err
	}
	if err := o.noteRefusal(im.in.KeepGoing); err != nil {
		return err
	}
	im.result.Failed++
	im.faultOf(row, err)
	return im.result.Faults.against.err
}

// put adds one row's user, or brings him to what the row says.
func (im *importer) put(o *op, row *importRow) error {
	existing, found, err := o.taken(row.Email)
	switch {
	case err != nil:
		return err
	case found && im.in.Upsert && !existing.ID.IsZero():
		return im.update(o, existing, row)
	case found:
		return o.errElsewhere(row.Email)
	}
	u, err := im.add(o, row)
	if err != nil {
		return err
	}
	im.result.Added++
	return im.invite(o, u)
}

func (im *importer) add(o *op, row *importRow) (account.User, error) {
	u, err := o.newcomer(row.NewUser)
	if err != nil {
		return u, err
	}
	if u, err = o.withLicence(u, row.Plan); err != nil {
		return u, err
	}
	if row.hash != "" {
		u.Status = account.StatusActive
		if err := o.givePassword(u, row.hash); err != nil {
			return u, err
		}
	}
	if row.suspended {
		u.Status = account.StatusSuspended
	}
	return u, o.writeNewUser(u)
}
