package service

import (
	"context"
	"runtime"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/store"
	"github.com/usher-admin/usher/internal/timerslack"
)

// UserFilter says which users a list is of; zero fields do not matter.
type UserFilter struct {
	Type     account.UserType
	Role     account.RoleName
	Site     account.Slug // or "none"
	Status   account.Status
	Auth     account.Auth
	Plan     string        // a plan's name, or "none"
	Inactive time.Duration // not signed in for so long, nor added since
	Match    string        // part of address or name, without letter case
	Limit    int           // at most so many users; 0: all
}

// UserPiece takes in a piece of a list: a few thousand users at most.
type UserPiece interface {
	// Add takes in the next user, who holds until it returns; his texts stay. alike
	// says that all but id, address and names is what it was of the one whom the
	// piece took in before. The database is held meanwhile, so it waits for nobody.
	// Other pieces may be filled beside it.
	Add(u *UserView, alike bool)
	// Write hands on who was added, behind the pieces before, and empties the
	// piece for others. Nothing is held.
	Write() error
}

// ListUsers goes through the users that match, in the order they were made, until
// a piece returns an error. It calls piece for empty ones.
func (s *Service) ListUsers(ctx context.Context, f UserFilter, piece func() UserPiece) error {
	return s.listUsers(ctx, access.UserList, f, piece)
}

// ExportUsers is ListUsers under the permission to export.
func (s *Service) ExportUsers(ctx context.Context, f UserFilter, piece func() UserPiece) error {
	return s.listUsers(ctx, access.UserExport, f, piece)
}

// How much one transaction of a list reads, so that a writer never waits long.
const (
	listChunk  = 2000 // users, found by an index one by one
	firstPages = 8    // of each of several pieces, in the first transaction
	mostPages  = 256  // of all pieces, whose users are in memory: however many processors there are
)

// listUsers reads the next pieces while those before are written.
func (s *Service) listUsers(ctx context.Context, action access.Permission, f UserFilter, piece func() UserPiece) error {
	ahead, cancel := context.WithCancel(ctx)
	defer cancel()
	r := userReader{action: action, filter: f, piece: piece, pages: firstPages}
	now := s.readUsers(ctx, &r)
	for {
		var next chan userPieces
		if now.more {
			next = make(chan userPieces, 1)
			timerslack.Reset()
			go func() { next <- s.readUsers(ahead, &r) }()
		}
		err := now.write()
		if next == nil {
			return err
		}
		if err != nil {
			cancel()
			<-next
			return err
		}
		spare := now.pieces
		now = <-next
		r.spare = spare
		if ctx.Err() != nil {
			return account.Errorf(account.Interrupted, "interrupted").Coded("interrupted")
		}
	}
}

// userReader is where a list stands that is read piece by piece.
type userReader struct {
	action access.Permission
	filter UserFilter
	behind account.UserID // the last one looked at
	found  int
	pages  int
	piece  func() UserPiece
	spare  []UserPiece // that were written
}

// userPieces is what one transaction read.
type userPieces struct {
	pieces []UserPiece
	more   bool
	err    error
}

func (p *userPieces) write() error {
	if p.err != nil {
		return p.err
	}
	for _, piece := range p.pieces {
		if err := piece.Write(); err != nil {
			return err
		}
	}
	return nil
}

// readUsers reads the next pieces, in a transaction of their own.
func (s *Service) readUsers(ctx context.Context, r *userReader) (p userPieces) {
	p.err = s.view(ctx, r.action, func(o *op) error {
		if err := o.allowHere(); err != nil {
			return err
		}
		match, err := o.matcher(r.filter)
		if err != nil {
			return err
		}
		lists, err := r.divide(o, match)
		if err != nil {
			return err
		}
		read := make([]func(*store.Tx) error, len(lists))
		for i, l := range lists {
			read[i] = l.read
			p.pieces = append(p.pieces, l.piece)
		}
		if err := o.tx.Beside(read...); err != nil {
			return err
		}
		last := lists[len(lists)-1]
		r.behind, p.more = last.last, last.more
		for _, l := range lists {
			r.found += l.found
		}
		r.pages = min(4*r.pages, mostPages/len(lists))
		return nil
	})
	return p
}

// divide returns the pieces of the list that are read next, beside each other.
// What is found by an index, and what is not all wanted, is one piece.
func (r *userReader) divide(o *op, match matcher) ([]*userList, error) {
	from := userList{match: match, org: o.actor.Org, now: o.tx.Now, last: r.behind, wanted: r.filter.Limit - r.found}
	pieces := 1
	if _, _, byIndex := match.index(); byIndex {
		from.most = listChunk
	} else if r.filter.Limit == 0 {
		pieces = runtime.GOMAXPROCS(0)
	}
	var marks []account.UserID
	if from.most == 0 {
		var err error
		if marks, err = o.tx.UserMarks(o.actor.Org, r.behind, r.pages, pieces); err != nil {
			return nil, err
		}
	}
	var lists []*userList
	for i := range min(pieces, len(marks)+1) {
		l := from
		if i < len(marks) {
			l.upTo, l.more = marks[i], true
			from.last = marks[i]
		}
		l.piece = r.empty()
		lists = append(lists, &l)
	}
	return lists, nil
}

// empty returns an empty piece.
func (r *userReader) empty() UserPiece {
	n := len(r.spare)
	if n == 0 {
		return r.piece()
	}
	piece := r.spare[n-1]
	r.spare = r.spare[:n-1]
	return piece
}

// userList reads one piece of a list. Where users are found by an index it stops
// after a number of users looked at, not found, so that a rare match does not
// hold the lock for long.
type userList struct {
	match  matcher
	org    account.OrgID
	now    time.Time
	upTo   account.UserID // where the piece ends; zero: with the list
	most   int            // users to look at, 0: any number
	wanted int            // users to find, 0 or fewer: any number
	piece  UserPiece

	tx     *store.Tx
	view   UserView // the one it stands at
	tries  *store.TriesWalk
	tried  account.Tries  // of the last one who was shown
	site   account.SiteID // the last one, and how it is called
	slug   account.Slug
	fits   bool // in all but names
	alike  bool // to the one whom the piece took in last
	looked int
	found  int
	last   account.UserID // behind whom the list goes on
	more   bool
}

func (l *userList) read(tx *store.Tx) error {
	l.tx, l.tries = tx, tx.TriesWalk()
	if kind, value, ok := l.match.index(); ok {
		return tx.FacetUsers(l.org, kind, value, l.last, func(u account.User) (bool, error) {
			l.view.User = u
			return l.visit(false)
		})
	}
	err := tx.EachUser(l.org, l.last, l.upTo, &l.view.User, l.visit)
	if !l.upTo.IsZero() {
		l.last = l.upTo
	}
	return err
}

// visit takes in the user it stands at. Of one who is alike the one before much is
// known already.
func (l *userList) visit(alike bool) (bool, error) {
	u := &l.view.User
	l.last = u.ID
	l.looked++
	if l.most > 0 {
		l.more = l.looked >= l.most
	}
	goOn := l.most == 0 || !l.more
	if !alike {
		l.alike, l.fits = false, l.match.fitsState(u, l.now)
	}
	if !l.fits || !l.match.fitsText(u) {
		return goOn, nil
	}
	if !alike && u.Site != l.site {
		var err error
		if l.slug, err = siteSlug(l.tx, u.Org, u.Site); err != nil {
			return false, err
		}
		l.site = u.Site
	}
	if err := l.lock(); err != nil {
		return false, err
	}
	l.view.SiteSlug = l.slug
	l.piece.Add(&l.view, l.alike)
	l.alike = true
	if l.found++; l.found == l.wanted {
		l.more = false
		return false, nil
	}
	return goOn, nil
}

// lock says whether the user it stands at is locked. Hardly anybody is.
func (l *userList) lock() error {
	tries, err := l.tries.Of(l.view.ID)
	if err != nil || tries == l.tried {
		return err
	}
	l.alike, l.tried = false, tries
	l.view.lock(tries, l.now)
	return nil
}
