package service

import (
	"context"
	"fmt"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/store"
)

// hand is somebody at a machine: a session or a service token, alive or not.
type hand struct {
	name    string
	token   string
	service bool
}

// memory is what was given out along the way and can be used later on.
type memory struct {
	hands  []hand
	keys   []keys.OrgKey
	system keys.SystemKey
	links  []LinkInput
	temps  []string // temporary passwords
	ids    []string // of users and mailboxes, also of those who are gone
	backup []byte
	opened keys.SystemKey // that is the system key of the backup
	said   string         // what the operation under way was given
}

// prepare draws who acts, how, and lets somebody in where nobody is.
func (w *walk) prepare() {
	w.dry, w.mails, w.said = false, nil, ""
	if w.chance(75) {
		w.mails = walkMailer{w}
	}
	if len(w.living()) < 3 || w.chance(8) {
		w.enter(context.Background(), w.email())
		w.seen, w.said = w.picture(), ""
	}
	living := w.living()
	switch {
	case len(w.hands) == 0 || w.chance(2):
		w.hand = hand{name: "nobody"}
	case len(living) == 0 || w.chance(4):
		w.hand = one(w, w.hands)
	default:
		w.hand = w.stronger(one(w, living), w.stronger(one(w, living), one(w, living)))
	}
	if w.chance(20) {
		w.prove(context.Background())
		w.seen = w.picture()
	}
	w.who = w.actorNow(w.hand)
	w.org = w.who.Org
	w.dry = w.chance(12)
	w.as = w.service(w.hand)
	if w.chance(3) {
		w.as.env.Org = w.orgSlug()
	}
}

// stronger is mostly the one of two who may do more: less is refused.
func (w *walk) stronger(a, b hand) hand {
	if w.chance(25) || w.actorNow(a).May.Len() > w.actorNow(b).May.Len() {
		return a
	}
	return b
}

// living are the hands of those who can act now.
func (w *walk) living() (list []hand) {
	w.read(func(tx *store.Tx) error {
		openLog(tx, w.service(hand{}).env) // which holds a clock that went back
		for _, h := range w.hands {
			if _, err := w.service(h).loadActor(tx); err == nil {
				list = append(list, h)
			}
		}
		return nil
	})
	return list
}

func (w *walk) read(fn func(*store.Tx) error) {
	w.t.Helper()
	if err := w.store().Unanchored().View(context.Background(), fn); err != nil {
		w.fail("it cannot be read: %v", err)
	}
}

// enter signs somebody in with one of the passwords he may have.
func (w *walk) enter(ctx context.Context, email account.Email) {
	for _, pw := range walkPasswords {
		in, err := w.service(hand{}).Login(ctx, LoginInput{Who: account.Identifier{Email: email}, Password: w.plain(pw), Keys: w.keys})
		if err == nil {
			w.trail = append(w.trail, fmt.Sprintf("%s Login %s", w.now.Format("01-02 15:04:05"), email))
			w.keepSession(email, in)
			return
		}
	}
}

// prove gives a password again, as some operations want it.
func (w *walk) prove(ctx context.Context) {
	for _, pw := range walkPasswords {
		if w.service(w.hand).Prove(ctx, w.plain(pw)) == nil {
			w.trail = append(w.trail, fmt.Sprintf("%s Prove by %s", w.now.Format("01-02 15:04:05"), w.hand.name))
			return
		}
	}
}

// mostKept bounds how many of a kind are kept, so that the ones in use are drawn
// often.
const mostKept = 12

func keep[T any](list []T, one T) []T {
	list = append(list, one)
	return list[max(0, len(list)-mostKept):]
}

func (w *walk) keepSession(email account.Email, in SignedIn) {
	if w.dry || in.Instance == (account.InstanceID{}) {
		return
	}
	w.hands = keep(w.hands, hand{name: email.String(), token: in.Token.Reveal(keys.Session)})
}

func (w *walk) keepToken(made MadeToken) {
	if w.dry || made.Name == "" {
		return
	}
	w.hands = keep(w.hands, hand{name: "token " + made.Name + " of " + made.CreatedByEmail.String(), token: made.Secret.Reveal(keys.Service), service: true})
}

func (w *walk) keepOrgKey(k keys.OrgKey) {
	if !w.dry && k != (keys.OrgKey{}) {
		w.keys = append(w.keys, k)
	}
}

func (w *walk) keepLink(l MadeLink) {
	if kind, token, err := keys.ParseLink(l.Text); err == nil && !w.dry {
		w.links = keep(w.links, LinkInput{Kind: kind, Token: token})
	}
}

// actorNow returns who a hand is at this moment, Nobody where it does not act.
func (w *walk) actorNow(h hand) (who actor) {
	w.read(func(tx *store.Tx) error {
		openLog(tx, w.service(hand{}).env)
		found, err := w.service(h).loadActor(tx)
		if err == nil {
			who = found
		} else {
			who.Kind = access.Nobody
		}
		return nil
	})
	return who
}
