package cli

import (
	"context"

	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// What commands do alike: make ready, call the service, print.

// ready returns the printer of what a command prints and the service it calls.
// The printer comes first: a wrong column is refused before anything is done.
func (a *app) ready(spec output.Spec) (*output.Printer, *service.Service, error) {
	p, err := a.printer(spec)
	if err != nil {
		return nil, nil, err
	}
	s, err := a.service()
	return p, s, err
}

// asked is ready once the operator said yes to a question, if there is one.
func (a *app) asked(ctx context.Context, spec output.Spec, question string) (*output.Printer, *service.Service, error) {
	p, s, err := a.ready(spec)
	if err == nil && question != "" {
		err = a.confirm(ctx, question)
	}
	return p, s, err
}

// runOne does something to one thing, after the question if there is one, and
// prints it.
func runOne[T any](ctx context.Context, a *app, spec output.Spec, object func(T) output.Object, question string, do func(*service.Service, context.Context) (T, error)) error {
	p, s, err := a.asked(ctx, spec, question)
	if err != nil {
		return err
	}
	v, err := do(s, ctx)
	if err != nil {
		return err
	}
	return p.One(spec, a.marked(object(v)))
}

// runList prints a short list that one reading gives.
func runList[T any](ctx context.Context, a *app, spec output.Spec, object func(T) output.Object, read func(*service.Service, context.Context) ([]T, error)) error {
	p, s, err := a.ready(spec)
	if err != nil {
		return err
	}
	items, err := read(s, ctx)
	if err != nil {
		return err
	}
	return printList(a, p, spec, items, object)
}

// printList prints a short list that is there as a whole.
func printList[T any](a *app, p *output.Printer, spec output.Spec, items []T, object func(T) output.Object) error {
	l := p.List(spec)
	for _, item := range items {
		if err := l.Add(a.marked(object(item))); err != nil {
			return err
		}
	}
	return l.Close()
}
