package cli

import (
	"context"
)

// Main runs one command and returns its exit code. It is the whole program but
// for what is taken from the process.
func Main(ctx context.Context, env Env) (code int) {
	app := newApp(env)
	app.done = ctx.Done
	defer func() {
		if cause := recover(); cause != nil {
			code = app.fail(errPanic(cause))
		}
	}()
	if err := refuseSecrets(env.Args); err != nil {
		return app.fail(err)
	}
	root := newRoot(app, env.Args)
	root.SetArgs(env.Args)
	if cmd, err := root.ExecuteContextC(ctx); err != nil {
		err = app.unwritten(cmd, err)
		code = app.fail(err)
		if kept(err) {
			app.tellDryRun()
		}
		return code
	}
	app.tellDryRun()
	if err := app.lost(); err != nil { // what shows help has no error to return
		return app.fail(err)
	}
	return 0
}

// tellDryRun says that nothing was changed: a table of what would become of many
// looks like what became of them.
func (a *app) tellDryRun() {
	if a.flags.dryRun {
		a.say("A dry run: nothing was changed.")
	}
}
