package service

import (
	"context"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// RoleCheck is a question: may a user do something, to somebody or some site?
type RoleCheck struct {
	Who    string // address or id
	Action access.Permission
	Target string // address, id or a site's slug; "" for what lies in his reach
}

// RoleAnswer is the answer with the rule that gave it.
type RoleAnswer struct {
	Allowed bool
	Rule    string
}

// CheckRole answers what would happen. Everybody may ask about himself; whom he
// cannot see, he cannot ask about.
func (s *Service) CheckRole(ctx context.Context, q RoleCheck) (RoleAnswer, error) {
	var answer RoleAnswer
	err := s.view(ctx, access.RoleCheck, func(o *op) error {
		u, err := o.allowUser(q.Who)
		if err != nil {
			return err
		}
		target, err := o.checkTarget(u, q.Target)
		if err != nil {
			return err
		}
		answer, err = o.answer(u, q.Action, target)
		return err
	})
	return answer, err
}

func (o *op) answer(u account.User, action access.Permission, target access.Target) (RoleAnswer, error) {
	if u.Status != account.StatusActive {
		return RoleAnswer{Rule: "he is " + string(u.Status)}, nil
	}
	may, err := roleSet(o.tx, u.Org, u.Role)
	if err != nil {
		return RoleAnswer{}, err
	}
	who := access.Actor{Kind: access.User, User: u.ID, Org: u.Org, Site: u.Site, May: may}
	d := access.Allow(who, action, target)
	return RoleAnswer{Allowed: d.OK(), Rule: d.Rule}, nil
}

// checkTarget finds what a question is about: a user, a site, or what lies in
// the reach of the user who is asked about.
func (o *op) checkTarget(asked account.User, text string) (access.Target, error) {
	_, isID := account.ParseUserID(text)
	switch {
	case text == "":
		return access.Target{Org: asked.Org, Site: asked.Site}, nil
	case isID, strings.Contains(text, "@"):
		u, err := o.allowUserTo(access.UserShow, text)
		if err != nil {
			return access.Target{}, err
		}
		return o.userTarget(u)
	}
	slug, err := account.ParseSlug(text)
	if err != nil {
		return access.Target{}, err
	}
	site, err := o.findSite(slug)
	if err != nil {
		return access.Target{}, err
	}
	target := access.Target{Org: site.Org, Site: site.ID}
	if site.ID == o.actor.Site { // everybody knows his own
		return target, nil
	}
	return target, o.allowAction(access.SiteShow, target, siteRef(site.ID), func() error { return errNoSuch("site", text) })
}
