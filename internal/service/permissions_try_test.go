package service

import (
	"context"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
)

// This file tries each permission by the method of the service that takes it.

// onOne tries a permission on a user.
type onOne func(ctx context.Context, st *stage, s *Service, whom account.Email) error

// trialsOnUsers are the permissions whose target is a user.
func trialsOnUsers() map[access.Permission]onOne {
	first := "Other"
	many := func(whom account.Email) Many { return Many{Who: []string{whom.String()}} }
	trials := map[access.Permission]onOne{
		access.UserShow: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.ShowUser(ctx, whom.String())
			return err
		},
		access.UserEdit: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.EditUser(ctx, whom.String(), UserEdit{FirstName: &first})
			return err
		},
		access.UserDelete: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.DeleteUsers(ctx, many(whom), true)
			return err
		},
		access.UserSuspend: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.SuspendUsers(ctx, many(whom), false)
			return err
		},
		access.UserResume: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.ResumeUsers(ctx, many(whom))
			return err
		},
		access.UserUnlock: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.UnlockUsers(ctx, many(whom))
			return err
		},
		access.UserLogout: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.LogoutUsers(ctx, many(whom))
			return err
		},
		access.SessionList: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.ListSessions(ctx, whom.String())
			return err
		},
		access.SessionEnd: func(ctx context.Context, st *stage, s *Service, whom account.Email) error {
			_, err := s.EndSessions(ctx, Many{Who: []string{st.sessions[whom]}})
			return err
		},
		access.InviteLink: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.InviteLink(ctx, Invite{NewUser: NewUser{Email: whom}})
			return err
		},
		access.InviteRevoke: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.RevokeInvites(ctx, many(whom))
			return err
		},
		access.PasswordReset: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.ResetByLink(ctx, ResetInput{Who: whom.String()})
			return err
		},
		access.OrgkeySend: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.SendKey(ctx, many(whom), 0, false)
			return err
		},
		access.RoleCheck: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.CheckRole(ctx, RoleCheck{Who: whom.String(), Action: access.UserShow})
			return err
		},
		access.TokenRevoke: func(ctx context.Context, st *stage, s *Service, whom account.Email) error {
			_, err := s.RevokeTokens(ctx, Many{Who: []string{st.tokens[whom]}})
			return err
		},
	}
	for p, try := range trialsOnHolders() {
		trials[p] = try
	}
	for _, p := range doorOnUsers() {
		trials[p] = atTheDoor(p)
	}
	return trials
}

// trialsOnHolders are the permissions on a user's licence and mailboxes. What
// comes behind the permission, such as that he has no licence, says that it was
// given.
func trialsOnHolders() map[access.Permission]onOne {
	many := func(whom account.Email) Many { return Many{Who: []string{whom.String()}} }
	return map[access.Permission]onOne{
		access.LicenceAssign: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.AssignLicences(ctx, many(whom), Assignment{Plan: "Pro"})
			return err
		},
		access.LicenceChange: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.ChangeLicences(ctx, many(whom), "Pro")
			return err
		},
		access.LicenceRemove: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, _, err := s.RemoveLicences(ctx, many(whom))
			return err
		},
		access.LicenceTransfer: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.TransferLicence(ctx, whom.String(), whom.String(), false)
			return err
		},
		access.LicenceActivate: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.ActivateLicences(ctx, many(whom))
			return err
		},
		access.MailboxJoin: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.JoinMailbox(ctx, "info@"+whom.Domain().String(), many(whom))
			return err
		},
		access.MailboxLeave: func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
			_, err := s.LeaveMailbox(ctx, "info@"+whom.Domain().String(), many(whom))
			return err
		},
	}
}

// doorOnUsers are the permissions on users that are tried only as every
// operation begins, for want of a method that takes them.
func doorOnUsers() []access.Permission {
	return []access.Permission{access.PasswordChange} // its method acts on nobody but who calls it
}

// atTheDoor tries a permission on a user as every operation begins.
func atTheDoor(p access.Permission) onOne {
	return func(ctx context.Context, _ *stage, s *Service, whom account.Email) error {
		return s.change(ctx, p, func(o *op) error {
			_, err := o.allowUser(whom.String())
			return err
		})
	}
}

// onOwn tries a permission on what is no user; own is the actor's.
type onOwn func(ctx context.Context, s *Service, own person) error

// trialsOnOrganisation are the permissions on what belongs to the whole
// organisation.
func trialsOnOrganisation() map[access.Permission]onOwn {
	trials := map[access.Permission]onOwn{
		access.OrgShow: func(ctx context.Context, s *Service, _ person) error { _, err := s.ShowOrg(ctx); return err },
		access.OrgEdit: func(ctx context.Context, s *Service, _ person) error {
			name := "Other"
			_, err := s.EditOrg(ctx, OrgEdit{Name: &name})
			return err
		},
		access.OrgDelete: func(ctx context.Context, s *Service, own person) error {
			_, err := s.DeleteOrg(ctx, own.slug())
			return err
		},
		access.OrgHandover: func(ctx context.Context, s *Service, own person) error {
			heir := "ewa@norrsken.example"
			if own.abroad {
				heir = "ada@south.example"
			}
			_, err := s.Handover(ctx, heir)
			return err
		},
		access.SiteAdd: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.AddSite(ctx, NewSite{Name: "Gävle", Admin: NewUser{Email: "new@norrsken.example"}})
			return err
		},
		access.DomainApprove: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.ApproveDomains(ctx, []account.Domain{"east.example"})
			return err
		},
		access.DomainList: func(ctx context.Context, s *Service, _ person) error { _, err := s.ListDomains(ctx); return err },
		access.DomainRevoke: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.RevokeDomains(ctx, []account.Domain{"norrsken.example"})
			return err
		},
		access.RoleList: func(ctx context.Context, s *Service, _ person) error { _, err := s.ListRoles(ctx); return err },
		access.RoleShow: func(ctx context.Context, s *Service, _ person) error { _, err := s.ShowRole(ctx, "member"); return err },
		access.RoleAdd: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.AddRole(ctx, "fresh", []access.Permission{access.SecretList})
			return err
		},
		access.RoleEdit: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.EditRole(ctx, "unused", RoleEdit{Allow: []access.Permission{access.SecretList}})
			return err
		},
		access.RoleDelete: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.DeleteRole(ctx, "unused", "")
			return err
		},
		access.PasswordPolicy: func(ctx context.Context, s *Service, _ person) error {
			length := 20
			_, err := s.SetPolicy(ctx, PolicyEdit{MinLength: &length})
			return err
		},
	}
	for p, try := range trialsOnPools() {
		trials[p] = try
	}
	return trials
}

// trialsOnPools are the permissions on the organisation's plans and mailboxes.
func trialsOnPools() map[access.Permission]onOwn {
	return map[access.Permission]onOwn{
		access.LicenceBuy: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.BuySeats(ctx, Purchase{Plan: "Pro", Seats: 1})
			return err
		},
		access.LicenceDrop: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.DropSeats(ctx, "Pro", 1)
			return err
		},
		access.MailboxAdd: func(ctx context.Context, s *Service, own person) error {
			_, err := s.AddMailbox(ctx, NewMailbox{Address: account.Email("new@" + own.slug() + ".example")})
			return err
		},
		access.MailboxList: func(ctx context.Context, s *Service, _ person) error {
			return s.ListMailboxes(ctx, func([]MailboxView) error { return nil })
		},
		access.MailboxShow: func(ctx context.Context, s *Service, own person) error {
			_, err := s.ShowMailbox(ctx, "info@"+own.slug()+".example")
			return err
		},
		access.MailboxDelete: func(ctx context.Context, s *Service, own person) error {
			_, err := s.DeleteMailbox(ctx, "info@"+own.slug()+".example")
			return err
		},
	}
}

func (p person) slug() string {
	if p.abroad {
		return "south"
	}
	return "norrsken"
}

// trialsOnReach are the permissions within the actor's reach: adding, listing.
func trialsOnReach() map[access.Permission]onOwn {
	trials := map[access.Permission]onOwn{
		access.SiteList: func(ctx context.Context, s *Service, _ person) error { _, err := s.ListSites(ctx); return err },
		access.UserAdd: func(ctx context.Context, s *Service, own person) error {
			_, err := s.AddUser(ctx, NewUser{Email: account.Email("new@" + own.slug() + ".example")})
			return err
		},
		access.UserList: func(ctx context.Context, s *Service, _ person) error {
			return s.ListUsers(ctx, UserFilter{}, new(collected).piece)
		},
		access.UserExport: func(ctx context.Context, s *Service, _ person) error {
			return s.ExportUsers(ctx, UserFilter{}, new(collected).piece)
		},
		access.UserImport: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.ImportUsers(ctx, ImportInput{File: strings.NewReader("email\n")})
			return err
		},
		access.LicenceList: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.ListPools(ctx, true)
			return err
		},
		access.LicenceCheck: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.CheckPools(ctx, PoolCheck{})
			return err
		},
		access.InviteList: func(ctx context.Context, s *Service, _ person) error { _, err := s.ListInvites(ctx); return err },
		access.TokenAdd: func(ctx context.Context, s *Service, _ person) error {
			_, err := s.AddToken(ctx, NewServiceToken{Name: "fresh", Allow: []access.Permission{access.UserList}})
			return err
		},
		access.TokenList:    func(ctx context.Context, s *Service, _ person) error { _, err := s.ListTokens(ctx); return err },
		access.OrgkeyShow:   func(ctx context.Context, s *Service, _ person) error { _, err := s.ShowKey(ctx); return err },
		access.OrgkeyVerify: func(ctx context.Context, s *Service, _ person) error { _, err := s.VerifyKey(ctx, nil); return err },
		access.LogsList: func(ctx context.Context, s *Service, _ person) error {
			return s.Logs(ctx, LogFilter{Newest: 1}, func([]EventView) error { return nil })
		},
		access.LogsExport: func(ctx context.Context, s *Service, _ person) error {
			return s.ExportLogs(ctx, LogFilter{Newest: 1}, func([]EventView) error { return nil })
		},
	}
	for p, try := range trialsOnScopes() {
		trials[p] = func(ctx context.Context, s *Service, _ person) error { return try(ctx, s, "") }
	}
	for _, p := range doorOnReach() {
		trials[p] = func(ctx context.Context, s *Service, _ person) error { return s.change(ctx, p, (*op).allowHere) }
	}
	return trials
}

// doorOnReach are the other permissions that are tried only as every operation
// begins.
func doorOnReach() []access.Permission {
	return []access.Permission{
		access.LogsPrune, // among several organisations the system user's alone
	}
}

// onPlace tries a permission on a site.
type onPlace func(ctx context.Context, s *Service, site account.Slug) error

func trialsOnSites() map[access.Permission]onPlace {
	trials := map[access.Permission]onPlace{
		access.SiteShow: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.ShowSite(ctx, site)
			return err
		},
		access.SiteEdit: func(ctx context.Context, s *Service, site account.Slug) error {
			name := "Other"
			_, err := s.EditSite(ctx, site, OrgEdit{Name: &name})
			return err
		},
		access.SiteDelete: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.DeleteSite(ctx, site, nil)
			return err
		},
		access.UserAdd: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.AddUser(ctx, NewUser{Email: "new@norrsken.example", Site: site})
			return err
		},
		access.UserList: func(ctx context.Context, s *Service, site account.Slug) error {
			return s.ListUsers(ctx, UserFilter{Site: site}, new(collected).piece)
		},
	}
	for p, try := range trialsOnScopes() {
		trials[p] = try
	}
	return trials
}

// trialsOnScopes are the permissions on the key and the stored passwords of a
// site, "" for those of the actor's own scope.
func trialsOnScopes() map[access.Permission]onPlace {
	return map[access.Permission]onPlace{
		access.OrgkeyRotate: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.RotateKey(ctx, Rotation{Site: site, Key: keys.OrgKey{1, 2, 3}})
			return err
		},
		access.OrgkeyReset: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.PlanReset(ctx, KeyReset{Site: site, Key: keys.OrgKey{1, 2, 3}, Email: "new@norrsken.example"})
			return err
		},
		access.SecretAdd: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.AddSecret(ctx, site, NewSecret{SecretDetails: account.SecretDetails{Name: "router"}})
			return err
		},
		access.SecretList: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.ListSecrets(ctx, site)
			return err
		},
		access.SecretShow: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.ShowSecret(ctx, site, "router")
			return err
		},
		access.SecretEdit: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.EditSecret(ctx, site, "router", SecretEdit{})
			return err
		},
		access.SecretDelete: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.DeleteSecrets(ctx, site, Many{Who: []string{"router"}})
			return err
		},
		access.SecretImport: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.ImportSecrets(ctx, SecretImport{File: strings.NewReader("name,username,url,notes,value\nrouter,,,,x\n"), Site: site})
			return err
		},
		access.SecretExport: func(ctx context.Context, s *Service, site account.Slug) error {
			_, err := s.ExportSecrets(ctx, site)
			return err
		},
	}
}

// answerOf is what an error says to who tried. Errors that come behind the
// permission (there is no invitation to revoke, the key is not on this device)
// mean that it was given.
func answerOf(t *testing.T, err error) answer {
	t.Helper()
	switch code := account.CodeOf(err); account.KindOf(err) {
	case account.Forbidden:
		if code == "key.not_held" {
			return yes
		}
		return no
	case account.Unauthenticated:
		return signIn
	case account.NotFound:
		if code == "invite.not_found" || code == "secret.not_found" || code == "mailbox.no_member" {
			return yes
		}
		return unseen
	case account.Conflict:
		if code == "user.exists" {
			return taken
		}
	case account.Unexpected:
		if err != nil {
			t.Fatalf("an unexpected error: %v", err)
		}
	}
	return yes
}
