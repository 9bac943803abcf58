package cli

import (
	"context"
	"io"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// runFollow prints events as they come, each as soon as it is committed. It ends
// when it is interrupted, which is how one ends it and no failure to speak of,
// and when nobody reads its output any more.
func (o *logsOptions) runFollow(ctx context.Context, s *service.Service, filter service.LogFilter, l *output.Listing) error {
	cfg, err := o.app.config()
	if err != nil {
		return err
	}
	if form := output.Format(cfg.Output); form != output.FormatTable && form != output.FormatJSONL {
		return usageError("--follow cannot print %s, which has an end", form).Coded("usage.choice").Hintf("usher logs --follow -o jsonl")
	}
	if !filter.Until.IsZero() {
		return usageError("--follow has no end, and --until is one").Hintf("usher logs --follow")
	}
	add := addEvents(l)
	err = s.FollowLogs(ctx, filter, func(events []service.EventView) error {
		if err := add(events); err != nil || len(events) == 0 {
			return err
		}
		return l.Flush()
	}, o.app.stillRead)
	if account.KindOf(err) == account.Interrupted {
		return errQuiet{account.Interrupted}
	}
	return err
}

// stillRead is the error of an output that nobody reads any more.
func (a *app) stillRead() error {
	if a.env.StdoutGone != nil && a.env.StdoutGone() {
		return io.ErrClosedPipe
	}
	return nil
}
