package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// manyOptions are the arguments and flags of commands that take EMAIL...
type manyOptions struct {
	app       *app
	lenient   bool // asks only before more than one
	from      string
	keepGoing bool
	room      []byte
}

func (o *manyOptions) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.from, "from", "", "read addresses from `FILE`, one a line; - is standard input")
	cmd.Flags().BoolVar(&o.keepGoing, "keep-going", false, "do what can be done; exit 9 if any failed")
}

// args allows none when a file names them.
func (o *manyOptions) args(cmd *cobra.Command, args []string) error {
	if o.from != "" {
		return nil
	}
	return some("EMAIL")(cmd, args)
}

// maxMany bounds how many addresses one command takes.
const maxMany = 1_000_000

// A long list, and what becomes of each on it, is held until the command ends: a
// hundred bytes each. Garbage may then be a part of that, not as much again.
const (
	longList      = 50_000
	longListWaste = 40 // per cent
)

// A list that is not that long needs little memory at a time, and yet makes much
// garbage: collected whenever that is as much as what is used, from 4 MB on, it
// takes a fifth of the command's time. Room that is never touched, so that no
// memory stands behind it, counts as used all the same: so much more garbage may
// gather before it is collected, however long the list is.
const (
	someList     = 500
	someListRoom = 32 << 20
)

// spare gives garbage the room that fits a list of so many.
func (o *manyOptions) spare(many int) {
	switch {
	case many > longList:
		debug.SetGCPercent(longListWaste)
	case many > someList:
		usual := debug.SetGCPercent(-1)
		o.room = make([]byte, someListRoom)
		debug.SetGCPercent(usual)
	}
}

// who collects the addresses; "-" among the arguments is standard input.
func (o *manyOptions) who(args []string) (service.Many, error) {
	many := service.Many{KeepGoing: o.keepGoing}
	sources := []string{}
	if o.from != "" {
		sources = append(sources, o.from)
	}
	for _, arg := range args {
		if arg == "-" {
			sources = append(sources, arg)
			continue
		}
		many.Who = append(many.Who, arg)
	}
	for _, source := range sources {
		list, err := o.read(source)
		if err != nil {
			return many, err
		}
		if many.Who == nil {
			many.Who = list
		} else {
			many.Who = append(many.Who, list...)
		}
	}
	switch {
	case len(many.Who) > maxMany:
		return many, errTooMany()
	case len(many.Who) == 0:
		o.app.say("The list names nobody, so nothing is done.")
	}
	o.spare(len(many.Who))
	return many, nil
}

func errTooMany() error {
	return usageError("too many addresses are given: it takes at most %d", maxMany).
		Hintf("they stand in the list one a line, as usher user list -q writes them")
}

func (o *manyOptions) read(source string) ([]string, error) {
	var r io.Reader = o.app.env.Stdin
	if source != "-" {
		file, err := os.Open(source)
		if err != nil {
			return nil, errFile(source, err)
		}
		defer file.Close() //nolint:errcheck // only read
		r = file
	}
	var list []string
	var texts account.Texts
	for lines := bufio.NewScanner(r); ; {
		if !lines.Scan() {
			switch err := lines.Err(); {
			case err == bufio.ErrTooLong: //nolint:errorlint // the scanner's own
				return nil, errFile(source, errors.New("a line is longer than any address"))
			case err != nil:
				return nil, errFile(source, err)
			}
			return list, nil
		}
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte(byteOrderMark)))
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if len(list) == maxMany { // it may have no end
			return nil, errTooMany()
		}
		list = append(list, texts.Text(line))
	}
}

// doneSpec describes what became of each of many.
func doneSpec() output.Spec {
	return output.Spec{
		Key: "email",
		Columns: []output.Column{
			{Path: "email"}, {Path: "id", Wide: true}, {Path: "ok"},
			{Path: "error.code", Wide: true}, {Path: "error.message"},
		},
	}
}

func doneObject(d service.Done) output.Object { return new(doneForm).object(d) }

// doneForm makes objects of what became of each of many, in one room: an object
// holds until the next one.
type doneForm struct {
	fields output.Object
	texts  account.Texts
}

func (f *doneForm) object(d service.Done) output.Object {
	email := d.Email.String()
	if email == "" {
		email = d.Who
	}
	id := output.Null()
	if !d.ID.IsZero() {
		id = output.String(f.texts.Text(d.ID.Append(make([]byte, 0, 40))))
	}
	f.fields = append(f.fields[:0],
		output.Field{Name: "email", Value: output.String(email)},
		output.Field{Name: "id", Value: id},
		output.Field{Name: "ok", Value: output.Bool(d.Err == nil)},
		output.Field{Name: "error", Value: failureValue(d.Err)})
	return f.fields
}

func failureValue(err error) output.Value {
	if err == nil {
		return output.Null()
	}
	return output.Nested(output.Object{
		{Name: "code", Value: output.String(account.CodeOf(err))},
		{Name: "message", Value: output.String(err.Error())},
	})
}

func idValue(id account.UserID) output.Value {
	if id.IsZero() {
		return output.Null()
	}
	return output.String(id.String())
}

// printKept prints a result unless the operation failed. What was kept going
// past is the command's error, after the result.
func printKept[T any](a *app, p *output.Printer, spec output.Spec, items []T, object func(T) output.Object, err error) error {
	if err != nil && account.KindOf(err) != account.Partial {
		return err
	}
	if printed := printList(a, p, spec, items, object); printed != nil {
		return printed
	}
	return err
}

// manyChange is an operation on many.
type manyChange func(*service.Service, context.Context, service.Many) ([]service.Done, error)

// runMany asks before an operation on many users, runs it and prints what became
// of each. The question begins with the given words; there is none without.
func runMany(ctx context.Context, o *manyOptions, args []string, words string, do manyChange) error {
	many, err := o.who(args)
	if err != nil {
		return err
	}
	q := question(words, "users", many.Who)
	if o.lenient && len(many.Who) == 1 {
		q = ""
	}
	return runEach(ctx, o.app, eachForm{doneSpec(), new(doneForm).object}, q, func(s *service.Service, ctx context.Context) ([]service.Done, error) {
		return do(s, ctx, many)
	})
}

// eachForm is how what became of each of many is printed.
type eachForm struct {
	spec   output.Spec
	object func(service.Done) output.Object
}

// runEach asks the question, if there is one, runs an operation on many and
// prints what became of each.
func runEach(ctx context.Context, a *app, form eachForm, question string, do func(*service.Service, context.Context) ([]service.Done, error)) error {
	p, s, err := a.asked(ctx, form.spec, question)
	if err != nil {
		return err
	}
	done, err := do(s, ctx)
	return printKept(a, p, form.spec, done, form.object, err)
}

// question asks about one by its name, about many by their number and the
// first names; words "" ask nothing, nor is anything asked about nobody.
func question(words, noun string, names []string) string {
	switch {
	case words == "", len(names) == 0:
		return ""
	case len(names) == 1:
		return fmt.Sprintf("%s %s?", words, names[0])
	}
	return fmt.Sprintf("%s %d %s (%s)?", words, len(names), noun, firstNames(names))
}

// marked adds that nothing was changed to the objects of a dry run.
func (a *app) marked(o output.Object) output.Object {
	if !a.flags.dryRun {
		return o
	}
	return append(o, output.Field{Name: "dry_run", Value: output.Bool(true)})
}

// firstNames names what a question is about: the number and the first few.
func firstNames(names []string) string {
	const shown = 3
	if len(names) <= shown {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shown], ", ") + " and others"
}
