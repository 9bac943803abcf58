package service

import (
	"context"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
)

// UserFilter says which users a list is of; zero fields do not matter.
type UserFilter struct {
	Type     account.UserType
	Role     account.RoleName
	Site     account.Slug
	Status   account.Status
	Auth     account.Auth
	Plan     string        // a plan's name, or "none"
	Inactive time.Duration // not signed in for so long, nor added since
	Match    string        // part of address or name, without letter case
}

// listChunk is how many users one transaction of a list reads, so that a writer
// never waits long.
const listChunk = 2000

// ListUsers calls page with the users that match, in the order they were made,
// until page returns an error. Nothing is locked while page runs. Its users hold
// until it returns.
func (s *Service) ListUsers(ctx context.Context, f UserFilter, page func([]UserView) error) error {
	return s.pageUsers(ctx, access.UserList, f, page)
}

// ExportUsers is ListUsers under the permission to export.
func (s *Service) ExportUsers(ctx context.Context, f UserFilter, page func([]UserView) error) error {
	return s.pageUsers(ctx, access.UserExport, f, page)
}

// pageUsers reads a page while the one before is printed.
func (s *Service) pageUsers(ctx context.Context, action access.Permission, f UserFilter, page func([]UserView) error) error {
	ahead, cancel := context.WithCancel(ctx)
	defer cancel()
	r := userReader{action: action, filter: f}
	now := s.readUsers(ctx, &r, nil)
	var spare []UserView
	for {
		var next chan userPage
		if now.more {
			next = make(chan userPage, 1)
			go func(room []UserView) { next <- s.readUsers(ahead, &r, room) }(spare)
		}
		err := now.err
		if err == nil {
			err = page(now.users)
		}
		if next == nil {
			return err
		}
		if err != nil {
			cancel()
			<-next
			return err
		}
		spare = now.users
		now = <-next
		if ctx.Err() != nil {
			return account.Errorf(account.Interrupted, "interrupted").Coded("interrupted")
		}
	}
}

// userReader is where a list that is read page by page stands.
type userReader struct {
	action access.Permission
	filter UserFilter
	behind account.UserID // the last one looked at
}

type userPage struct {
	users []UserView
	more  bool
	err   error
}

// readUsers reads the next page into room, in a transaction of its own.
func (s *Service) readUsers(ctx context.Context, r *userReader, room []UserView) (p userPage) {
	p.users = room[:0]
	p.err = s.view(ctx, r.action, func(o *op) (err error) {
		if err = o.allowHere(); err != nil {
			return err
		}
		l := listing{o: o, users: p.users, tries: o.tx.TriesWalk(), last: r.behind}
		err = l.read(r.filter)
		p.users, r.behind, p.more = l.users, l.last, l.more
		return err
	})
	return p
}

// listing reads one chunk: it stops after a number of users looked at, not
// found, so that a rare match does not hold the lock for long.
type listing struct {
	o      *op
	match  matcher
	users  []UserView
	tries  *store.TriesWalk
	site   account.SiteID // the last one, and how it is called
	slug   account.Slug
	looked int
	last   account.UserID
	more   bool
}

func (l *listing) read(f UserFilter) (err error) {
	if l.match, err = l.o.matcher(f); err != nil {
		return err
	}
	if kind, value, ok := l.match.index(); ok {
		return l.o.tx.FacetUsers(l.o.actor.Org, kind, value, l.last, l.visit)
	}
	return l.o.tx.Users(l.o.actor.Org, l.last, l.visit)
}

func (l *listing) visit(u account.User) (bool, error) {
	l.last = u.ID
	l.looked++
	l.more = l.looked >= listChunk
	if !l.match.fits(&u, l.o.tx.Now) {
		return !l.more, nil
	}
	if u.Site != l.site {
		var err error
		if l.slug, err = siteSlug(l.o.tx, u.Org, u.Site); err != nil {
			return false, err
		}
		l.site = u.Site
	}
	tries, err := l.tries.Of(u.ID)
	if err != nil {
		return false, err
	}
	if l.users == nil {
		l.users = make([]UserView, 0, listChunk)
	}
	l.users = append(l.users, UserView{User: u, SiteSlug: l.slug})
	l.users[len(l.users)-1].lock(tries, l.o.tx.Now)
	return !l.more, nil
}
