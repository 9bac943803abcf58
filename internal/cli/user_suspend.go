package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

func newUserSuspendCmd(a *app) *cobra.Command {
	o := manyOptions{app: a, lenient: true}
	release := false
	cmd := newManyCmd(&o, "Suspend", func(s *service.Service, ctx context.Context, many service.Many) ([]service.Done, error) {
		return s.SuspendUsers(ctx, many, release)
	})
	cmd.Flags().BoolVar(&release, "release-licence", false, "give their seats back; resuming them takes free ones")
	cmd.Use = "suspend EMAIL..."
	cmd.Short = "Shut users out until they are resumed"
	cmd.Long = `Shut users out until they are resumed. Their sessions, the links given out for them
and the service tokens they made end at once and do not come back; everything
else they have stays, but for their licences if those are to be released.`
	cmd.Example = "  usher user suspend bo@norrsken.example --reason \"parental leave\"\n  usher user suspend bo@norrsken.example --release-licence\n  usher user suspend - --keep-going < leavers.txt"
	return cmd
}

func newUserResumeCmd(a *app) *cobra.Command {
	o := manyOptions{app: a}
	cmd := newManyCmd(&o, "", (*service.Service).ResumeUsers)
	cmd.Use = "resume EMAIL..."
	cmd.Short = "Let suspended users in again"
	cmd.Long = `Let suspended users in again: active with the password they had, pending if they
had none. A licence that was released needs a free seat, and is to be activated
again.`
	cmd.Example = "  usher user resume bo@norrsken.example"
	return cmd
}

func newUserUnlockCmd(a *app) *cobra.Command {
	o := manyOptions{app: a}
	cmd := newManyCmd(&o, "", (*service.Service).UnlockUsers)
	cmd.Use = "unlock EMAIL..."
	cmd.Short = "Forget the wrong passwords given for users"
	cmd.Long = `Forget the wrong passwords given for users, and so the delay after five of them or
the end of the password after fifty.`
	cmd.Example = "  usher user unlock bo@norrsken.example"
	return cmd
}

// newManyCmd makes a command that changes many users; the question begins with
// the given words.
func newManyCmd(o *manyOptions, words string, do manyChange) *cobra.Command {
	cmd := &cobra.Command{
		Annotations: prints(doneSpec()),
		Args:        o.args,
		RunE:        func(cmd *cobra.Command, args []string) error { return runMany(cmd.Context(), o, args, words, do) },
	}
	o.addFlags(cmd)
	addChangeFlags(cmd, o.app)
	return cmd
}
