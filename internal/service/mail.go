package service

import (
	"context"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

// Mail goes when its change is committed, with nothing locked: letters wait in
// the operation's outbox until then. What became of each is an event of its
// own. A mail that fails takes nothing back: the command says so and how to go
// on by hand.

// Mailer delivers letters and returns an error for each, nil where the mail
// server took it.
type Mailer interface {
	Deliver(ctx context.Context, letters []account.Letter) []error
}

// mailSend is the action of the events about mail.
const mailSend = "mail.send"

// outgoing is a letter that waits for the commit.
type outgoing struct {
	letter account.Letter
	user   account.User // whom it is for, as he is after the change
	link   MadeLink     // that it carries, zero for none
	mailed *bool        // becomes true when the server took it; may be nil
}

// errNoMail says that something can only be mailed, and there is no way to.
func errNoMail() error {
	return account.Errorf(account.Forbidden, "no mail server is configured").
		Coded("mail.not_configured").
		Hintf("set smtp.host and smtp.from: usher config init writes a file with every setting explained")
}

// mails reports whether mail can be sent.
func (s *Service) mails() bool { return s.env.Mailer != nil }

// needMail makes sure that mail can be sent where it is asked for.
func (s *Service) needMail(wanted bool) error {
	if wanted && !s.mails() {
		return errNoMail()
	}
	return nil
}

// letter begins a letter to a user, from who acts.
func (o *op) letter(kind account.LetterKind, u account.User) (account.Letter, error) {
	return newLetter(o.tx, kind, u, o.actor)
}

func newLetter(tx *store.Tx, kind account.LetterKind, u account.User, by actor) (account.Letter, error) {
	org, _, err := tx.Organisation(u.Org)
	l := account.Letter{Kind: kind, To: u.Email, Account: u.Email, Locale: u.Locale, Org: org.Name}
	if u.FirstName != "" || u.LastName != "" {
		l.Name = u.FullName()
	}
	if by.Kind == access.User && by.User != u.ID {
		l.By = by.user.FullName()
	}
	return l, err
}

// tell puts a letter into the outbox, for when the change is committed.
func (o *op) tell(out outgoing) {
	if o.svc.mails() {
		o.outbox = append(o.outbox, out)
	}
}

// sendLink puts the letter that carries a link into the outbox.
func (o *op) sendLink(kind account.LetterKind, u account.User, link MadeLink, bringsKey bool) error {
	l, err := o.letter(kind, u)
	l.Link, l.Expires, l.BringsKey = link.Text, link.Expires, bringsKey
	o.tell(outgoing{letter: l, user: u, link: link, mailed: link.mailed})
	return err
}

// post delivers the letters of a committed change and records what became of
// them. The error says which could not be sent, and is Partial: the change is
// kept.
func (s *Service) post(ctx context.Context, who actor, letters []outgoing) error {
	if len(letters) == 0 || !s.mails() || s.env.DryRun {
		return nil
	}
	texts := make([]account.Letter, len(letters))
	for i, out := range letters {
		texts[i] = out.letter
	}
	results := s.env.Mailer.Deliver(ctx, texts)
	for i, out := range letters {
		if results[i] == nil && out.mailed != nil {
			*out.mailed = true
		}
	}
	// Interrupted or not: what became of the mail belongs in the log.
	err := s.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return s.recordMail(tx, who, letters, results) })
	if err != nil {
		s.env.Warn("what became of the mail could not be written to the log: " + err.Error())
	}
	return mailError(letters, results)
}

// recordMail writes an event for each letter, and in the record of a link that
// it was sent.
func (s *Service) recordMail(tx *store.Tx, who actor, letters []outgoing, results []error) error {
	log := openLog(tx, s.env)
	for i, out := range letters {
		if err := s.recordLetter(tx, log, who, out, results[i]); err != nil {
			return err
		}
	}
	return log.close()
}

func (s *Service) recordLetter(tx *store.Tx, log *logWriter, who actor, out outgoing, failure error) error {
	e := audit.Event{
		Action: mailSend, Outcome: account.OutcomeOK, Target: audit.UserRef(out.user.ID), Org: out.user.Org, Site: out.user.Site,
		Changes: []audit.Change{{Field: "mail", To: string(out.letter.Kind)}},
	}
	if failure != nil {
		// The code alone: what servers say repeats addresses.
		e.Outcome = account.OutcomeFailed
		e.Changes = append(e.Changes, audit.Change{Field: "failure", To: account.CodeOf(failure)})
	} else if err := markSent(tx, out.link); err != nil {
		return err
	}
	return log.write(e, who)
}

// markSent notes in the record of a link that it was mailed, if it still lives.
func markSent(tx *store.Tx, link MadeLink) error {
	if link.hash == [32]byte{} {
		return nil
	}
	l, found, err := tx.Link(link.hash)
	if err != nil || !found {
		return err
	}
	l.Sent = true
	return tx.PutLink(l)
}

// mailError joins what kept letters from being sent, nil if nothing did.
func mailError(letters []outgoing, results []error) error {
	failed := 0
	var first error
	var who account.Email
	links := false
	for i, err := range results {
		if err == nil {
			continue
		}
		if failed++; first == nil {
			first, who = err, letters[i].letter.To
		}
		links = links || letters[i].letter.Link != ""
	}
	if failed == 0 {
		return nil
	}
	text := "the mail to " + who.String()
	if failed > 1 {
		text = someNames([]string{text}, failed)
	}
	hint := "tell him yourself; usher mail test ADDRESS looks for the cause"
	if links {
		hint = "the link is good all the same: pass it on yourself as it is shown, or make a fresh one once mail works (usher mail test ADDRESS)"
	}
	return account.Errorf(account.Partial, "what was to be done is done, but %s was not sent: %w", text, first).
		Coded(account.CodeOf(first)).
		Hintf("%s", hint)
}

// bothErrors joins what was kept going past with what could not be mailed; both
// leave the change as it is.
func bothErrors(partial, unsent error) error {
	if partial == nil || unsent == nil {
		return orElse(partial, unsent)
	}
	return account.Errorf(account.Partial, "%s; and %w", partial, unsent).Coded(account.CodeOf(partial))
}

// TestMail sends a test message to an address and records how that went. Access
// to the file is enough: whoever sets mail up need not be signed in. The address
// is not kept: it may belong to nobody.
func (s *Service) TestMail(ctx context.Context, to account.Email) error {
	if err := s.needMail(true); err != nil {
		return err
	}
	var l account.Letter
	var who actor
	err := s.store.View(ctx, func(tx *store.Tx) (err error) {
		if who, err = s.tester(tx); err != nil {
			return err
		}
		l, err = newLetter(tx, account.LetterTest, account.User{Org: who.Org, Email: to, Locale: who.user.Locale}, who)
		return err
	})
	if err != nil {
		return err
	}
	failure := s.env.Mailer.Deliver(ctx, []account.Letter{l})[0]
	e := audit.Event{Action: "mail.test", Outcome: account.OutcomeOK, Org: who.Org}
	if failure != nil {
		e.Outcome = account.OutcomeFailed
		e.Changes = []audit.Change{{Field: "failure", To: account.CodeOf(failure)}}
	}
	err = s.store.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		log := openLog(tx, s.env)
		if err := log.write(e, who); err != nil {
			return err
		}
		return log.close()
	})
	return orElse(failure, err)
}

// tester returns who tries the mail: who is signed in on this device, else
// nobody, in the organisation that is meant.
func (s *Service) tester(tx *store.Tx) (actor, error) {
	who, err := s.loadActor(tx)
	switch {
	case err == nil:
		return who, s.checkOrg(tx, who)
	case account.KindOf(err) != account.Unauthenticated:
		return who, err
	}
	who = actor{user: account.User{Locale: account.LocaleEnglish}}
	who.Org = s.orgMeant(tx)
	return who, nil
}
