package service

import (
	"context"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// walkOnPeople are the operations on users, their sessions and invitations.
func walkOnPeople() []walkOperation {
	return []walkOperation{
		{"AddUser", 20, func(w *walk, ctx context.Context) error {
			got, err := w.as.AddUser(ctx, w.newUser())
			w.keepLink(got.Link)
			w.keepTemporary(got.Temporary)
			return err
		}, ""},
		{"EditUser", 20, func(w *walk, ctx context.Context) error {
			got, err := w.as.EditUser(ctx, w.whom(), w.userEdit())
			w.keepLink(got.Link)
			return err
		}, ""},
		{"DeleteUsers", 4, func(w *walk, ctx context.Context) error {
			_, err := w.as.DeleteUsers(ctx, w.many(w.whom), w.chance(40))
			return err
		}, ""},
		{"SuspendUsers", 6, func(w *walk, ctx context.Context) error {
			_, err := w.as.SuspendUsers(ctx, w.many(w.whom), told(w, w.chance(50)))
			return err
		}, ""},
		{"ResumeUsers", 6, func(w *walk, ctx context.Context) error {
			_, err := w.as.ResumeUsers(ctx, w.many(w.whom))
			return err
		}, ""},
		{"UnlockUsers", 2, func(w *walk, ctx context.Context) error {
			_, err := w.as.UnlockUsers(ctx, w.many(w.whom))
			return err
		}, ""},
		{"LogoutUsers", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.LogoutUsers(ctx, w.many(w.whom))
			return err
		}, ""},
		{"LogoutAll", 1, func(w *walk, ctx context.Context) error {
			_, err := w.as.LogoutAll(ctx, LogoutFilter{Site: orNone(w, w.site), Role: orNone(w, w.role), Except: w.many(w.whom).Who}, w.chance(50))
			return err
		}, ""},
		{"EndSessions", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.EndSessions(ctx, w.many(w.session))
			return err
		}, ""},
		{"ImportUsers", 8, func(w *walk, ctx context.Context) error {
			got, err := w.as.ImportUsers(ctx, w.userImport())
			for _, l := range got.Links {
				w.keepLink(l.Link)
			}
			return err
		}, ""},
		{"InviteLink", 7, func(w *walk, ctx context.Context) error {
			got, err := w.as.InviteLink(ctx, Invite{NewUser: w.invitee(), TTL: orNone(w, w.life), NoKey: w.chance(20), Send: w.mails != nil && w.chance(50)})
			w.keepLink(got.Link)
			return err
		}, ""},
		{"RevokeInvites", 3, func(w *walk, ctx context.Context) error {
			_, err := w.as.RevokeInvites(ctx, w.many(w.whom))
			return err
		}, ""},
	}
}

// userEdit draws what to change of a user, also nothing.
func (w *walk) userEdit() UserEdit {
	edit := UserEdit{FirstName: maybe(w, w.firstName)}
	switch w.draw.IntN(7) {
	case 0:
		return UserEdit{Email: maybe(w, w.email), Type: maybe(w, w.kind), Role: maybe(w, w.role), Site: maybe(w, w.place), Directory: maybe(w, w.directory)}
	case 1:
		email := w.freeEmail()
		edit.Email = &email
	case 2:
		kind, role, _ := w.position()
		edit.Type, edit.Role = &kind, &role
	case 3:
		edit.Role = maybe(w, w.role)
	case 4:
		place := w.place()
		edit.Site = &place
	case 5:
		directory := w.directory()
		edit.Directory = &directory
	}
	return edit
}

// session draws the id of a session that was open before the step.
func (w *walk) session() string {
	if len(w.seen.sessions) == 0 || w.chance(10) {
		return account.SessionID{}.String()
	}
	return told(w, one(w, w.seen.sessions).ID().String())
}

// userImport draws a file of users, some of them twice and in another case.
func (w *walk) userImport() ImportInput {
	in := ImportInput{
		Plan: orNone(w, w.plan), Upsert: told(w, w.chance(60)), KeepGoing: w.chance(40),
		Invited: w.chance(30), Mail: w.mails != nil && w.chance(30),
	}
	in.Type, in.Role, in.Site = w.position()
	file := "email,first_name,type,role,site,status,licence\n"
	for range w.draw.IntN(5) {
		email := w.freeEmail().String()
		if w.chance(50) {
			email = w.email().String()
		}
		if w.chance(20) {
			email = strings.ToUpper(email)
		}
		kind, role, site := w.position()
		file += strings.Join([]string{
			email, w.firstName(), string(kind), string(role), string(site),
			orNone(w, func() string { return one(w, []string{"suspended", "active", "pending"}) }), string(orNone(w, w.plan)),
		}, ",") + "\n"
	}
	in.File = strings.NewReader(file)
	w.said = " " + strings.ReplaceAll(file, "\n", "|") + w.said
	return in
}
