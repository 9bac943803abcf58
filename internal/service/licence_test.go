package service

import (
	"context"
	"testing"
	"time"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
	"github.com/usher-admin/usher/internal/store"
)

const (
	anna = account.Email("anna@norrsken.example")
	bo   = account.Email("bo@norrsken.example")
	eva  = account.Email("eva@norrsken.example")
)

// buy gives the first organisation seats of a plan.
func (w *world) buy(plan account.PlanName, seats int, kind account.PlanKind) {
	w.t.Helper()
	if _, err := w.as(anna).BuySeats(context.Background(), Purchase{Plan: plan, Seats: seats, Kind: kind}); err != nil {
		w.t.Fatal(err)
	}
}

// seats returns how a plan of the first organisation stands.
func (w *world) seats(plan account.PlanName) (seats account.Seats) {
	w.t.Helper()
	w.read(func(tx *store.Tx) error {
		p, found, err := tx.Pool(w.org.ID, plan)
		if err != nil || !found {
			w.t.Fatalf("no pool of %s: %v", plan, err)
		}
		seats, err = tx.Seats(p)
		return err
	})
	return seats
}

func TestASiteAdminGivesOutSeatsWithinHisSite(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	kiruna, lulea := w.site(w.org.ID, "kiruna"), w.site(w.org.ID, "lulea")
	w.user(account.User{Email: "sara@norrsken.example", Site: kiruna.ID, Role: account.RoleSiteAdmin})
	w.user(account.User{Email: bo, Site: kiruna.ID})
	w.user(account.User{Email: eva, Site: lulea.ID})
	w.user(account.User{Email: "kim@norrsken.example"})
	w.buy("Pro", 9, account.PlanUser)
	w.buy("Inbox", 1, account.PlanMailbox)
	if _, err := w.as(anna).AddMailbox(ctx, NewMailbox{Address: "info@norrsken.example"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.as(anna).AssignLicences(ctx, many(eva, "kim@norrsken.example"), Assignment{Plan: "Pro"}); err != nil {
		t.Fatal(err)
	}
	sara := w.as("sara@norrsken.example")
	for _, who := range []account.Email{eva, "kim@norrsken.example", "info@norrsken.example", "nobody@norrsken.example"} {
		_, err := sara.AssignLicences(ctx, many(who), Assignment{Plan: "Pro"})
		wantKind(t, err, account.NotFound, "user.not_found")
	}
	if _, err := sara.AssignLicences(ctx, many(bo), Assignment{Plan: "Pro", Activate: true}); err != nil {
		t.Errorf("his own user: %v", err)
	}
	if _, err := sara.BuySeats(ctx, Purchase{Plan: "Pro", Seats: 1}); err == nil {
		t.Error("a site admin bought seats")
	}
	if _, err := sara.DropSeats(ctx, "Pro", 1); err == nil {
		t.Error("a site admin dropped seats")
	}
	views, err := sara.ListPools(ctx, true)
	if err != nil || len(views) != 2 {
		t.Fatalf("got %d plans, %v; want 2", len(views), err)
	}
	pro := views[1]
	if want := (account.Seats{Bought: 9, Held: 3, Free: 6}); pro.Seats != want {
		t.Errorf("seats: got %+v, want %+v", pro.Seats, want)
	}
	if len(pro.Holders) != 1 || pro.Holders[0].Email != bo {
		t.Errorf("holders: got %+v, want %s alone", pro.Holders, bo)
	}
}

func TestAMemberActivatesHisOwnLicenceAndNothingElse(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	w.user(account.User{Email: bo})
	w.user(account.User{Email: eva})
	w.buy("Pro", 3, account.PlanUser)
	his := w.as(bo)
	_, err := his.ActivateLicences(ctx, many(bo))
	wantKind(t, err, account.Conflict, "licence.none")
	_, err = his.AssignLicences(ctx, many(bo), Assignment{Plan: "Pro"})
	wantKind(t, err, account.Forbidden, "access.denied")
	if e := w.last(); e.Action != "licence.assign" || e.Outcome != account.OutcomeDenied {
		t.Errorf("got the event %s %s, want licence.assign denied", e.Action, e.Outcome)
	}
	if _, err := w.as(anna).AssignLicences(ctx, many(bo, eva), Assignment{Plan: "Pro"}); err != nil {
		t.Fatal(err)
	}
	_, err = his.ActivateLicences(ctx, many(eva))
	wantKind(t, err, account.Forbidden, "access.denied")
	if _, err := his.ActivateLicences(ctx, many(bo)); err != nil {
		t.Fatal(err)
	}
	got := w.find(bo).Licence
	if got.PlanState != account.LicenceActive || !got.ActivatedAt.Equal(w.now) || !got.AssignedAt.Equal(w.now) {
		t.Errorf("got %+v, want active now", got)
	}
	before := len(w.events())
	if _, err := his.ActivateLicences(ctx, many(bo)); err != nil || len(w.events()) != before {
		t.Errorf("activating again: got %v and %d new events, want none", err, len(w.events())-before)
	}
}

func TestGivingALicenceOnTheWayTakesThePermissionToAssign(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	w.role("greeter", access.UserAdd, access.InviteLink, access.SecretList, access.SecretShow)
	w.role("giver", access.LicenceAssign, access.SecretList, access.SecretShow)
	w.user(account.User{Email: bo, Role: "greeter", Type: account.TypeHost})
	w.user(account.User{Email: eva, Role: "giver", Type: account.TypeHost})
	w.buy("Pro", 3, account.PlanUser)
	_, err := w.as(bo).AddUser(ctx, NewUser{Email: "kim@norrsken.example", Plan: "Pro"})
	wantKind(t, err, account.Forbidden, "access.denied")
	_, err = w.as(bo).InviteLink(ctx, Invite{NewUser: NewUser{Email: "kim@norrsken.example", Plan: "Pro"}})
	wantKind(t, err, account.Forbidden, "access.denied")
	if _, err = w.as(bo).InviteLink(ctx, Invite{NewUser: NewUser{Email: "kim@norrsken.example"}}); err != nil {
		t.Fatal(err)
	}
	_, err = w.as(eva).AssignLicences(ctx, many("kim@norrsken.example"), Assignment{Plan: "Pro", Activate: true})
	wantKind(t, err, account.Forbidden, "access.denied")
	if _, err = w.as(eva).AssignLicences(ctx, many("kim@norrsken.example"), Assignment{Plan: "Pro"}); err != nil {
		t.Error(err)
	}
}

func TestAnInvitationCanBringALicence(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	w.buy("Pro", 1, account.PlanUser)
	invite := Invite{NewUser: NewUser{Email: bo, Plan: "pro"}}
	for _, row := range []string{"a new user", "a fresh link for who has it already"} {
		if _, err := w.as(anna).InviteLink(ctx, invite); err != nil {
			t.Fatalf("%s: %v", row, err)
		}
		if got := w.find(bo); got.Plan != "Pro" || got.PlanState != account.LicenceAssigned {
			t.Errorf("%s: got %+v, want Pro, assigned", row, got.Licence)
		}
	}
	w.user(account.User{Email: eva, Status: account.StatusPending})
	invite.Email = eva
	_, err := w.as(anna).InviteLink(ctx, invite)
	wantKind(t, err, account.NoSeat, "licence.no_seat")
	w.buy("Pro", 1, account.PlanUser)
	if _, err := w.as(anna).InviteLink(ctx, invite); err != nil || w.find(eva).Plan != "Pro" {
		t.Errorf("one who was pending: got %v and %+v, want Pro", err, w.find(eva).Licence)
	}
}

func TestPlansOfOrganisationsAreTheirOwn(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	other := w.organisation("other")
	w.user(account.User{Email: bo})
	w.user(account.User{Email: "ulf@other.example", Org: other.ID})
	w.buy("Pro", 1, account.PlanUser)
	owner := w.as("owner@other.example")
	_, err := owner.AssignLicences(ctx, many("ulf@other.example"), Assignment{Plan: "Pro"})
	wantKind(t, err, account.NotFound, "plan.not_found")
	if _, err := w.as(anna).AssignLicences(ctx, many(bo), Assignment{Plan: "Pro"}); err != nil {
		t.Fatal(err)
	}
	_, err = w.as(anna).TransferLicence(ctx, string(bo), "ulf@other.example", false)
	wantKind(t, err, account.NotFound, "user.not_found")
	_, err = owner.TransferLicence(ctx, string(bo), "ulf@other.example", false)
	wantKind(t, err, account.NotFound, "user.not_found")
}

func TestAReleasedLicenceIsTakenAgainOrWaits(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	w.user(account.User{Email: bo})
	w.user(account.User{Email: eva})
	w.buy("Pro", 1, account.PlanUser)
	if _, err := w.as(anna).AssignLicences(ctx, many(bo), Assignment{Plan: "Pro", Activate: true}); err != nil {
		t.Fatal(err)
	}
	resume := func() error {
		_, err := w.as(anna).ResumeUsers(ctx, many(bo))
		return err
	}
	if _, err := w.as(anna).SuspendUsers(ctx, many(bo), false); err != nil || w.find(bo).PlanState != account.LicenceActive {
		t.Fatalf("suspended: got %v and %+v, want what he had", err, w.find(bo).Licence)
	}
	if _, err := w.as(anna).SuspendUsers(ctx, many(bo), true); err != nil {
		t.Fatal(err)
	}
	if got := w.find(bo); got.Licensed() || got.Released != "Pro" {
		t.Errorf("released: got %+v and %q, want none and Pro", got.Licence, got.Released)
	}
	if _, err := w.as(anna).AssignLicences(ctx, many(eva), Assignment{Plan: "Pro"}); err != nil {
		t.Fatal(err)
	}
	wantKind(t, resume(), account.NoSeat, "licence.no_seat")
	w.buy("Pro", 1, account.PlanUser)
	if err := resume(); err != nil {
		t.Fatal(err)
	}
	if got := w.find(bo); got.Plan != "Pro" || got.PlanState != account.LicenceAssigned || got.Released != "" {
		t.Errorf("resumed: got %+v and %q, want Pro, assigned", got.Licence, got.Released)
	}
}

func TestWhoeverGetsOrLosesALicenceForgetsTheReleasedOne(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name string
		do   func(context.Context, *Service) error
	}{
		{"it is removed", func(ctx context.Context, s *Service) error {
			_, _, err := s.RemoveLicences(ctx, many(bo))
			return err
		}},
		{"another is assigned", func(ctx context.Context, s *Service) error {
			_, err := s.AssignLicences(ctx, many(bo), Assignment{Plan: "Pro"})
			return err
		}},
		{"another is transferred to him", func(ctx context.Context, s *Service) error {
			if _, err := s.AssignLicences(ctx, many(eva), Assignment{Plan: "Pro"}); err != nil {
				return err
			}
			_, err := s.TransferLicence(ctx, string(eva), string(bo), false)
			return err
		}},
	}
	for _, r := range rows {
		w := newWorld(t)
		w.user(account.User{Email: bo, Released: "Lite"})
		w.user(account.User{Email: eva})
		w.buy("Pro", 2, account.PlanUser)
		if err := r.do(context.Background(), w.as(anna)); err != nil {
			t.Fatalf("%s: %v", r.name, err)
		}
		if got := w.find(bo).Released; got != "" {
			t.Errorf("%s: got %q released, want none", r.name, got)
		}
		if e := w.last(); len(e.Changes) == 0 || e.Target != audit.UserRef(w.find(bo).ID) {
			t.Errorf("%s: the last event does not say so: %+v", r.name, e)
		}
	}
}

func TestAPlanWhoseSeatsExpiredCanBeDroppedButNotForgottenByItsHolders(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	w.user(account.User{Email: bo})
	in := Purchase{Plan: "Trial", Seats: 3, Expires: w.now.AddDate(0, 0, 7)}
	if _, err := w.as(anna).BuySeats(ctx, in); err != nil {
		t.Fatal(err)
	}
	if _, err := w.as(anna).AssignLicences(ctx, many(bo), Assignment{Plan: "Trial"}); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.AddDate(0, 0, 7)
	if got, want := w.seats("Trial"), (account.Seats{Held: 1, Overdrawn: 1}); got != want {
		t.Fatalf("expired: got %+v, want %+v", got, want)
	}
	_, err := w.as(anna).DropSeats(ctx, "Trial", 4)
	wantKind(t, err, account.Conflict, "licence.seats_held")
	if _, err := w.as(anna).DropSeats(ctx, "Trial", 3); err != nil {
		t.Fatal(err)
	}
	if got, want := w.seats("Trial"), (account.Seats{Held: 1, Overdrawn: 1}); got != want {
		t.Errorf("dropped: got %+v, want %+v", got, want)
	}
	if got := w.find(bo).Plan; got != "Trial" {
		t.Errorf("the holder has %q, want Trial", got)
	}
}

func TestNoTransactionGivesAwayWhatNobodyBought(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	u := w.user(account.User{Email: bo})
	w.buy("Pro", 1, account.PlanUser)
	if _, err := w.as(anna).AssignLicences(ctx, many(bo), Assignment{Plan: "Pro"}); err != nil {
		t.Fatal(err)
	}
	u = w.find(bo)
	rows := []struct {
		name string
		do   func(*store.Tx) error
	}{
		{"a licence of a plan that does not exist", func(tx *store.Tx) error {
			x := u
			x.Plan = "Nix"
			return tx.PutUser(x)
		}},
		{"a second licence on one seat", func(tx *store.Tx) error {
			return tx.PutMailbox(account.Mailbox{ID: account.MailboxID{1}, Org: w.org.ID, Address: "x@norrsken.example", Licence: account.Licence{Plan: "PRO"}})
		}},
		{"the seat dropped under its holder", func(tx *store.Tx) error {
			return tx.PutPool(account.Pool{Org: w.org.ID, Plan: "Pro", Kind: account.PlanUser})
		}},
		{"the plan forgotten under its holder", func(tx *store.Tx) error {
			return tx.RemovePool(account.Pool{Org: w.org.ID, Plan: "Pro"})
		}},
		{"the seat shortened under its holder", func(tx *store.Tx) error {
			past := []account.Purchase{{Seats: 5, ExpiresAt: tx.Now.Add(-time.Hour)}}
			return tx.PutPool(account.Pool{Org: w.org.ID, Plan: "Pro", Kind: account.PlanUser, Purchases: past})
		}},
	}
	for _, r := range rows {
		err := w.store().Update(ctx, func(tx *store.Tx) error {
			if err := r.do(tx); err != nil {
				return err
			}
			tx.TakeTouched() // as if an event had named them
			return nil
		})
		wantKind(t, err, account.Unexpected, "")
		if got, want := w.seats("Pro"), (account.Seats{Bought: 1, Held: 1}); got != want {
			t.Errorf("%s: got %+v, want %+v", r.name, got, want)
		}
	}
}

func TestAnOrganisationGoesWithItsMailboxesAndPlans(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), context.Background()
	w.user(account.User{Email: bo})
	w.buy("Inbox", 1, account.PlanMailbox)
	if _, err := w.as(anna).AddMailbox(ctx, NewMailbox{Address: "info@norrsken.example", Plan: "Inbox"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.as(anna).JoinMailbox(ctx, "info@norrsken.example", many(bo)); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *store.Tx) error { return tx.RemoveOrganisation(w.org) })
	w.read(func(tx *store.Tx) error {
		if h, found, err := tx.Address("info@norrsken.example"); err != nil || found {
			t.Errorf("the address still belongs to %+v, %v", h, err)
		}
		_, found, err := tx.Pool(w.org.ID, "Inbox")
		if found {
			t.Error("the plan is still there")
		}
		return err
	})
}
