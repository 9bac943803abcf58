package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/store"
)

type dbCheckOptions struct {
	app    *app
	repair bool
	here   bool // in this process: it is the child
}

func newDBCheckCmd(a *app) *cobra.Command {
	o := dbCheckOptions{app: a}
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Look at the whole database, and repair what follows from the rest",
		Long: `Look at the whole database, also one that does not open: pages, the check of every
record, indexes and counters against the records, whom they refer to, seats, the
log, and every record against the event that wrote it. It works on a private copy,
in a process of its own. Exit code 10 if anything is wrong; with -q only the places
are printed.

--repair makes indexes and counters anew from the records and invents nothing. The
file as it was is kept beside the new one, and the log says so.`,
		Example:     "  usher db check\n  usher db check -o json\n  usher db check --repair --reason \"after the power cut\"",
		Args:        noArgs,
		Annotations: prints(verdictSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&o.repair, "repair", false, "make indexes and counters anew from the records")
	cmd.Flags().BoolVar(&o.here, "here", false, "look in this process")
	_ = cmd.Flags().MarkHidden("here")
	addReasonFlag(cmd, a)
	return cmd
}

func (o *dbCheckOptions) run(ctx context.Context) error {
	p, s, err := o.app.ready(verdictSpec())
	if err != nil {
		return err
	}
	found, err := o.look(ctx, s)
	if err == nil && o.repair && len(found) > 0 {
		found, err = o.mend(ctx, s, found)
	}
	if err != nil {
		return err
	}
	if err := o.app.printFindings(p, "where", dbFindings(found)); err != nil || len(found) == 0 {
		return err
	}
	hint := "keep the file, look at the newest backup with: usher db restore FILE --verify-only"
	if !o.repair {
		hint += ", and repair indexes and counters with: usher db check --repair"
	}
	return account.Errorf(account.Finding, "the database is not as it should be: %s", account.Count(len(found), "finding")).
		Coded("db.findings").
		Hintf("%s", hint)
}

func dbFindings(found []store.Finding) []output.Object {
	findings := make([]output.Object, len(found))
	for i, f := range found {
		findings[i] = findingObject(f.Kind, f.Where, f.Message)
	}
	return findings
}

// mend repairs what can be repaired and looks again.
func (o *dbCheckOptions) mend(ctx context.Context, s *service.Service, found []store.Finding) ([]store.Finding, error) {
	if slices.ContainsFunc(found, service.Unreadable) {
		o.app.say("Damaged pages cannot be repaired.")
		return found, nil
	}
	done, err := s.RepairDatabase(ctx)
	if err != nil {
		return found, err
	}
	if done.Repaired == 0 {
		o.app.say("Nothing of it can be repaired.")
		return found, nil
	}
	o.app.say("Repaired: %s. The file as it was is kept as %s", account.Count(done.Repaired, "finding"), done.Kept)
	if found, err = o.look(ctx, s); err != nil {
		return nil, account.Errorf(account.Partial, "the database is repaired, but could not be looked at again: %w", err).
			Coded("db.not_looked_at").
			Hintf("usher db check")
	}
	return found, nil
}

// look checks the database in a process of its own, so that no page can take this
// one down or keep it for ever.
func (o *dbCheckOptions) look(ctx context.Context, s *service.Service) ([]store.Finding, error) {
	if o.here || o.app.env.Again == nil {
		return s.CheckDatabase(ctx)
	}
	args, patience, err := o.child()
	if err != nil {
		return nil, err
	}
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stdout, stderr, exit, err := o.app.env.Again(bounded, args)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return childAnswer(stdout, stderr, exit)
}

// The patience with a check: more than any file of its size takes.
const (
	checkPatience = 20 * time.Second
	checkSpeed    = 2 << 20 // bytes a second, at least
)

// child returns the arguments of the process that looks, and how long it may take.
func (o *dbCheckOptions) child() ([]string, time.Duration, error) {
	cfg, err := o.app.config()
	if err != nil {
		return nil, 0, err
	}
	st, err := o.app.store()
	if err != nil {
		return nil, 0, err
	}
	path, err := filepath.Abs(st.Path())
	if err != nil {
		return nil, 0, err
	}
	args := []string{"db", "check", "--here", "--db", path, "--wait", cfg.Wait.String(), "-o", "json"}
	if o.app.flags.config != "" {
		args = append(args, "--config", o.app.flags.config)
	}
	size, _ := st.Size() // what keeps it from being told, the child tells
	return args, checkPatience + cfg.Wait + time.Duration(size/checkSpeed)*time.Second, nil
}

// childAnswer reads what the process that looked has to say. One that came to no
// end was brought down by the file.
func childAnswer(stdout, stderr []byte, exit int) ([]store.Finding, error) {
	var answer struct {
		Findings []struct{ Kind, Where, Message string }
	}
	if exit == exitCode(account.Finding) || exit == 0 {
		if err := json.Unmarshal(stdout, &answer); err == nil {
			var found []store.Finding
			for _, f := range answer.Findings {
				found = append(found, store.Finding(f))
			}
			return found, nil
		}
	}
	var failed struct {
		Error struct{ Code, Message, Hint string }
	}
	line := stderr[bytes.LastIndexByte(bytes.TrimSpace(stderr), '\n')+1:]
	kind, known := kindOfExit(exit)
	if kind == account.Partial { // who looks has done nothing that could be kept
		return nil, errors.New("the check could not write its answer")
	}
	if known && json.Unmarshal(line, &failed) == nil && failed.Error.Code != "internal" {
		return nil, account.Errorf(kind, "%s", failed.Error.Message).Coded(failed.Error.Code).Hintf("%s", failed.Error.Hint)
	}
	return []store.Finding{{Kind: "page", Message: "looking at the file came to no end: it brings down, or keeps for ever, whoever reads it"}}, nil
}

// kindOfExit is the kind of error that ends with an exit code.
func kindOfExit(exit int) (account.Kind, bool) {
	for kind := account.Unexpected; kind <= account.Interrupted; kind++ {
		if exitCode(kind) == exit {
			return kind, true
		}
	}
	return 0, false
}
