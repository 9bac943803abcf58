package cli

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

type logsVerifyOptions struct {
	app        *app
	checkpoint string
}

func newLogsVerifyCmd(a *app) *cobra.Command {
	o := logsVerifyOptions{app: a}
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove that no event was changed, dropped, added or moved",
		Long: `Prove that the log is what was written, event for event, and that its end is the
one that was committed last. With --checkpoint also that nothing older than the
checkpoints of a file was changed, by whomever: keep them where nobody who can
change the database reaches. Exit code 10 if anything is wrong; the first wrong
event is named, with -q by its number and nothing else. Access to the file is
enough.`,
		Example: `  usher logs verify
  usher logs verify --checkpoint /mnt/other/usher.checkpoints
  ssh other cat usher.checkpoints | usher logs verify --checkpoint - -o json`,
		Args:        noArgs,
		Annotations: prints(logVerdictSpec()),
		RunE:        func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&o.checkpoint, "checkpoint", "", "hold the log against the checkpoints in `FILE`, one or many; - is standard input")
	return cmd
}

func logVerdictSpec() output.Spec {
	return output.Spec{Columns: []output.Column{
		{Path: "ok"}, {Path: "size", Right: true}, {Path: "root"}, {Path: "first_bad", Right: true}, {Path: "reason"},
	}}
}

func (o *logsVerifyOptions) run(ctx context.Context) error {
	p, err := o.app.printer(logVerdictSpec())
	if err != nil {
		return err
	}
	checkpoints, err := o.read()
	if err != nil {
		return err
	}
	s, err := o.app.service()
	if err != nil {
		return err
	}
	g := o.app.gauge("verified", "events")
	v, err := s.VerifyLog(ctx, checkpoints, g.tell)
	g.end()
	if err != nil {
		return err
	}
	verdict := logVerdictObject(v)
	var findings []output.Object
	if !v.OK {
		findings = append(findings, verdict)
	}
	if err := o.app.printVerdict(p, logVerdictSpec(), verdict, "first_bad", findings); err != nil || v.OK {
		return err
	}
	return errFlaw(v)
}

func logVerdictObject(v service.LogVerdict) output.Object {
	return output.Object{
		{Name: "ok", Value: output.Bool(v.OK)},
		{Name: "size", Value: output.Int(int64(v.Size))},
		{Name: "root", Value: output.String(base64.StdEncoding.EncodeToString(v.Root[:]))},
		{Name: "first_bad", Value: seqValue(v.Flaw.Seq)},
		{Name: "reason", Value: output.StringOrNull(string(v.Flaw.Reason))},
	}
}

func seqValue(seq uint64) output.Value {
	if seq == 0 {
		return output.Null()
	}
	return output.Int(int64(seq))
}

// maxCheckpoints bounds how much of a file of checkpoints is read: those of
// every hour for decades.
const maxCheckpoints = 64 << 20

// read returns the checkpoints as they were given, nil for none.
func (o *logsVerifyOptions) read() ([]byte, error) {
	if o.checkpoint == "" {
		return nil, nil
	}
	source := o.app.env.Stdin
	if o.checkpoint != "-" {
		file, err := os.Open(o.checkpoint)
		if err != nil {
			return nil, errFile(o.checkpoint, err)
		}
		defer file.Close() //nolint:errcheck // only read
		source = file
	}
	data, err := io.ReadAll(io.LimitReader(source, maxCheckpoints))
	if err != nil {
		return nil, errFile(o.checkpoint, err)
	}
	return append([]byte{}, data...), nil // an empty file is not none
}

// errFlaw says in words what is wrong with the log.
func errFlaw(v service.LogVerdict) error {
	return account.Errorf(account.Finding, "the log is not what was written: %s", flawWords(v)).
		Coded("log." + string(v.Flaw.Reason)).
		Hintf("keep the file as it is, see who could write to it, and look at the newest backup with: usher db restore FILE --verify-only")
}

func flawWords(v service.LogVerdict) string {
	seq := v.Flaw.Seq
	switch v.Flaw.Reason {
	case audit.Edited:
		return fmt.Sprintf("event %d was changed", seq)
	case audit.Dropped:
		return fmt.Sprintf("event %d was taken out", seq)
	case audit.Inserted:
		return fmt.Sprintf("event %d was added", seq)
	case audit.Reordered:
		return fmt.Sprintf("event %d stands in the place of another", seq)
	case audit.Cut:
		return fmt.Sprintf("its end was cut off before event %d, and the rest of the database was not", seq)
	case audit.RolledBack:
		return fmt.Sprintf("the whole database was put back to an older state, without event %d and those behind it", seq)
	}
	switch seq {
	case 0:
		return "it is the log of another database, or made anew with another key"
	case v.Until:
		return fmt.Sprintf("its history was rewritten at event %d", seq)
	}
	return fmt.Sprintf("its history was rewritten at an event between %d and %d", seq, v.Until)
}
