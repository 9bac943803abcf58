package service

import (
	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/audit"
)

// mayInvite makes sure, before a file is read, that what is asked for its
// invitations can be.
func (s *Service) mayInvite(in ImportInput) error {
	if err := s.needMail(in.Mail); err != nil {
		return err
	}
	usual, most := linkLife(account.LinkInvite)
	_, err := lifetime("the link", in.Life, usual, most)
	return err
}

// invite makes the invitation of a user of the file who has no password, unless
// he has one that can still be accepted: the file may be imported every night,
// and a link that he was sent stays good.
func (im *importer) invite(o *op, u account.User) error {
	if !im.in.Invited || u.Status != account.StatusPending {
		return nil
	}
	if has, err := o.invited(u); err != nil || has {
		return err
	}
	k, err := o.heldKey(u.Scope())
	if err != nil {
		return err
	}
	link, err := o.makeLink(u, account.LinkInvite, im.in.Life, k)
	if err != nil {
		return err
	}
	if err := o.emitAs(string(access.InviteLink), audit.UserRef(u.ID), u.Site, nil); err != nil {
		return err
	}
	im.result.Links = append(im.result.Links, ImportLink{Email: u.Email, Link: link})
	if !im.in.Mail {
		return nil
	}
	return o.sendLink(account.LetterInvitation, u, link, k != nil)
}
