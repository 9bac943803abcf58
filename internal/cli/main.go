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
		return app.fail(app.unwritten(cmd, err))
	}
	if err := app.lost(); err != nil { // what shows help has no error to return
		return app.fail(err)
	}
	return 0
}
