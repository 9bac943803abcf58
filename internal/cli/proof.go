package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/service"
)

// proofOptions belong to commands that ask for the password again.
type proofOptions struct {
	app           *app
	passwordStdin bool
}

func (o *proofOptions) addFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&o.passwordStdin, "password-stdin", false, "read your password, if it is asked for again, from standard input")
}

// run runs a step of a command, and once more after the password was given, if
// that is what it lacked.
func (o *proofOptions) run(ctx context.Context, s *service.Service, step func() error) error {
	err := step()
	if !service.NeedsProof(err) {
		return err
	}
	if !o.passwordStdin && !o.app.env.Terminal.Available() {
		return err
	}
	pw, err := o.app.givenPassword(ctx, o.passwordStdin, "Your password")
	if err != nil {
		return err
	}
	if err := s.Prove(ctx, pw); err != nil {
		return err
	}
	return step()
}
