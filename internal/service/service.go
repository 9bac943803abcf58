// Package service holds usher's use cases, one file a noun. Every operation
// goes through one door: the actor is loaded, access is asked, the change is
// made and its event written in one transaction, or none of it happens.
// Passwords are hashed, mails sent and people asked while nothing is locked.
package service

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/password"
	"github.com/usher-admin/usher/internal/store"
)

// Env is what a Service takes from the world and from the global flags of the
// command.
type Env struct {
	Now    func() time.Time
	Random io.Reader
	Origin func() audit.Origin
	Device Device
	// KeyGiven says that the first of the device's keys was given for this command.
	KeyGiven bool
	// SystemKey is given for commands of the system user; nil for others.
	SystemKey *keys.SystemKey
	Org       account.Slug // of --org; "" for the actor's own
	LinkBase  string       // the base URL of links; "" for usher:// ones
	Reason    string       // why, for the log
	DryRun    bool         // roll back what would be done
	Mailer    Mailer       // nil where no mail is configured
	// Directories is nil where none is configured.
	Directories Directories
	Hash        password.Params
	Warn        func(text string)
}

// Device is what the machine remembers for the person at it.
type Device interface {
	// Token returns the token that says who acts, "" for nobody; service
	// reports whether it is a service token.
	Token(instance account.InstanceID) (text string, service bool, err error)
	// Keys returns the organisation keys at hand, those given for this command
	// first.
	Keys(instance account.InstanceID) ([]keys.OrgKey, error)
	// ForgetKey drops the organisation key of a scope that its holder may hold
	// no longer.
	ForgetKey(instance account.InstanceID, scope account.Scope) error
	// ExpectKey keeps a key that is about to become the one of a scope, beside
	// the one that is, down to the disk. Keys returns both.
	ExpectKey(instance account.InstanceID, scope account.Scope, k keys.OrgKey) error
	// DropExpected drops the key of ExpectKey.
	DropExpected(instance account.InstanceID, scope account.Scope) error
}

// Service runs the use cases on one database.
type Service struct {
	store *store.Store
	env   Env
}

// New returns a Service on a database. It does not touch the disk.
func New(s *store.Store, env Env) *Service {
	svc := &Service{store: s, env: env}
	s.OnMigration(svc.noteMigration)
	return svc
}

// change is the door for whatever changes something: it runs fn with the actor
// in a writing transaction. fn must have asked for permission before it
// returns nil. A refusal becomes an event of its own; letters go once the
// change is committed, and a Partial error says which could not.
func (s *Service) change(ctx context.Context, action access.Permission, fn func(*op) error) error {
	return s.changeIn(ctx, s.write, action, fn)
}

// changeIn is change in a transaction of another kind.
func (s *Service) changeIn(ctx context.Context, run transaction, action access.Permission, fn func(*op) error) error {
	var o *op
	err := run(ctx, func(tx *store.Tx) (err error) {
		if o, err = s.begin(tx, action); err != nil {
			return err
		}
		if err := o.run(fn); err != nil {
			return err
		}
		return o.finish()
	})
	if o == nil {
		return err
	}
	s.recordRefusal(ctx, o.refused, err)
	if err != nil {
		return err
	}
	return s.post(ctx, o.actor, o.outbox)
}

// view is the door for whatever only reads.
func (s *Service) view(ctx context.Context, action access.Permission, fn func(*op) error) error {
	var o *op
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		if o, err = s.begin(tx, action); err != nil {
			return err
		}
		return o.run(fn)
	})
	if o != nil {
		s.recordRefusal(ctx, o.refused, err)
		if err == nil {
			s.touchSession(ctx, o)
		}
	}
	return err
}

// write runs fn in a writing transaction, rolled back for a dry run.
func (s *Service) write(ctx context.Context, fn func(*store.Tx) error) error {
	s.env.Origin() // looked up before others have to wait
	if s.env.DryRun {
		return s.store.Try(ctx, fn)
	}
	return s.store.Update(ctx, fn)
}

// begin loads who acts. Nobody being signed in is an error here, since every
// operation behind the door needs somebody.
func (s *Service) begin(tx *store.Tx, action access.Permission) (*op, error) {
	log := openLog(tx, s.env)
	who, err := s.loadActor(tx)
	if err != nil {
		return nil, err
	}
	if err := s.checkOrg(tx, who); err != nil {
		return nil, err
	}
	return &op{svc: s, tx: tx, action: action, actor: who, log: log}, nil
}

// checkOrg refuses --org with the session of another organisation, which the
// actor may not even know.
func (s *Service) checkOrg(tx *store.Tx, who actor) error {
	if s.env.Org == "" {
		return nil
	}
	org, found, err := tx.Organisation(who.Org)
	if err != nil || found && org.Slug == s.env.Org {
		return err
	}
	return errNoSuch("organisation", string(s.env.Org))
}

// op is one operation under way within its transaction.
type op struct {
	svc        *Service
	tx         *store.Tx
	action     access.Permission
	actor      actor
	log        *logWriter
	asked      bool
	partial    error // what an operation on many kept going past
	refused    *refusal
	outbox     []outgoing // letters to send once the change is committed
	vaults     map[account.Scope]openedVault
	ids        *account.UserIDs
	mayAddKind userKind       // of the user who was found to be one the actor may add last
	domain     account.Domain // that was found to be approved last
	builtIn    builtInRole    // of the user who was looked at last and has such a one
}

// refusal is an attempt that access did not allow, or that failed and stands in
// the log all the same.
type refusal struct {
	actor  actor
	action access.Permission
	target audit.Ref
	site   account.SiteID
	failed bool
}

// errNotAsked stops an operation that forgot to ask for permission.
var errNotAsked = errors.New("an operation without a permission check was stopped")

func (o *op) run(fn func(*op) error) error {
	if err := fn(o); err != nil {
		return err
	}
	if !o.asked {
		return errNotAsked
	}
	return nil
}

// finish writes the end of the log and that the session was used.
func (o *op) finish() error {
	if err := o.log.close(); err != nil {
		return err
	}
	return o.actor.touch(o.tx)
}

// allow asks access whether the actor may do the operation's action to the
// target, which the log calls ref. The error of a target the actor may not see
// is unseen.
func (o *op) allow(target access.Target, ref audit.Ref, unseen error) error {
	return o.allowAction(o.action, target, ref, func() error { return unseen })
}

// allowAction is allow for another action. The error for a target that is unseen
// is only made where it is needed: there may be many targets.
func (o *op) allowAction(action access.Permission, target access.Target, ref audit.Ref, unseen func() error) error {
	o.asked = true
	decision := access.Allow(o.actor.Actor, action, target)
	if decision.OK() {
		return nil
	}
	if decision.Verdict == access.Unseen {
		o.refused = &refusal{actor: o.actor, action: action, site: target.Site}
		return unseen()
	}
	return o.refuse(action, decision, ref, target.Site)
}

// refuse notes an attempt that a rule does not allow, and returns its error.
func (o *op) refuse(action access.Permission, d access.Decision, ref audit.Ref, site account.SiteID) error {
	o.refused = &refusal{actor: o.actor, action: action, target: ref, site: site}
	return forbidden(action, d)
}

// allowHere asks for an action on the actor's own reach, where the target is no
// single thing: adding, listing.
func (o *op) allowHere() error { return o.allowHereTo(o.action) }

func (o *op) allowHereTo(action access.Permission) error {
	target := access.Target{Org: o.actor.Org, Site: o.actor.Site}
	return o.allowAction(action, target, audit.Ref{}, errBeyondSite)
}

// allowOrg asks for the operation's action on what belongs to the whole
// organisation.
func (o *op) allowOrg(ref audit.Ref) error {
	return o.allow(access.Target{Org: o.actor.Org}, ref, errBeyondSite())
}

// noteRefusal writes the event of a refused one of many among those of the
// others, when the operation goes on without it.
func (o *op) noteRefusal(goOn bool) error {
	if o.refused == nil || !goOn {
		return nil
	}
	r := o.refused
	o.refused = nil
	return o.log.write(r.event(), r.actor)
}

func (r *refusal) event() audit.Event {
	e := audit.Event{Action: string(r.action), Outcome: account.OutcomeDenied, Target: r.target, Org: r.actor.Org, Site: r.site}
	if r.failed {
		e.Outcome = account.OutcomeFailed
	}
	return e
}

// recordRefusal writes the event of a refused attempt in a transaction of its
// own. The refusal stands whether or not that succeeds.
func (s *Service) recordRefusal(ctx context.Context, r *refusal, cause error) {
	if r == nil || cause == nil || s.env.DryRun || !s.store.Anchored() { // a state that does not count is not gone on with
		return
	}
	err := s.store.Update(ctx, func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		if err := log.write(r.event(), r.actor); err != nil {
			return err
		}
		return log.close()
	})
	if err != nil {
		s.env.Warn("the attempt could not be written to the log: " + err.Error())
	}
}
