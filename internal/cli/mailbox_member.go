package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

// membersOptions are those of the commands on the members of a mailbox.
type membersOptions struct {
	many manyOptions
}

func newMailboxJoinCmd(a *app) *cobra.Command {
	o := membersOptions{many: manyOptions{app: a}}
	return o.command(&cobra.Command{
		Use:     "join ADDRESS EMAIL...",
		Short:   "Add users to a shared mailbox",
		Long:    `Add users to a shared mailbox, which must have a licence.`,
		Example: "  usher mailbox join support@norrsken.example bo@norrsken.example",
	}, (*service.Service).JoinMailbox)
}

func newMailboxLeaveCmd(a *app) *cobra.Command {
	o := membersOptions{many: manyOptions{app: a}}
	return o.command(&cobra.Command{
		Use:     "leave ADDRESS EMAIL...",
		Short:   "Take users out of a shared mailbox",
		Long:    `Take users out of a shared mailbox. A user who is deleted leaves all of his.`,
		Example: "  usher mailbox leave support@norrsken.example bo@norrsken.example",
	}, (*service.Service).LeaveMailbox)
}

// memberChange brings users into a mailbox or out of it.
type memberChange func(*service.Service, context.Context, string, service.Many) ([]service.Done, error)

// command completes a command on the members of a mailbox.
func (o *membersOptions) command(cmd *cobra.Command, do memberChange) *cobra.Command {
	cmd.Args = o.args
	cmd.Annotations = prints(doneSpec())
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return runMany(cmd.Context(), &o.many, args[1:], "", func(s *service.Service, ctx context.Context, many service.Many) ([]service.Done, error) {
			return do(s, ctx, args[0], many)
		})
	}
	cmd.Flags().SortFlags = false
	o.many.addFlags(cmd)
	addChangeFlags(cmd, o.many.app)
	return cmd
}

// args demands the mailbox, then the users unless a file names them.
func (o *membersOptions) args(cmd *cobra.Command, args []string) error {
	if err := some("ADDRESS")(cmd, args); err != nil {
		return err
	}
	return o.many.args(cmd, args[1:])
}
