package service

import (
	"context"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// A token that carries the key of a site has nothing left to carry when the site
// is deleted, wherever its maker is then.
func TestADeletedSiteTakesTheTokensThatCarryItsKey(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	site := w.site(w.org.ID, "kiruna")
	w.role("clerk", access.TokenAdd, access.SecretList, access.SecretShow)
	w.user(account.User{Email: "liv@norrsken.example", Role: "clerk", Site: site.ID})
	liv := w.as("liv@norrsken.example")
	for name, withKey := range map[string]bool{"with": true, "without": false} {
		if _, err := liv.AddToken(ctx, NewServiceToken{Name: name, Allow: []access.Permission{access.SecretList}, WithKey: withKey}); err != nil {
			t.Fatal(err)
		}
	}
	none := account.Slug(account.None)
	anna := w.as("anna@norrsken.example")
	if _, err := anna.DeleteSite(ctx, "kiruna", &none); err != nil {
		t.Fatal(err)
	}
	tokens, err := anna.ListTokens(ctx)
	if err != nil || len(tokens) != 1 || tokens[0].Name != "without" {
		t.Errorf("got tokens %v, error %v, want the one that carries no key", tokens, err)
	}
	if found, err := anna.CheckDatabase(ctx); err != nil || len(found) > 0 {
		t.Errorf("got findings %v, error %v, want none", found, err)
	}
}

// A role may let somebody of a site delete it. Its users do not get by that to
// where he could not move them himself.
func TestUsersOfADeletedSiteStayWithinReach(t *testing.T) {
	w := newWorld(t)
	ctx := context.Background()
	site := w.site(w.org.ID, "kiruna")
	w.site(w.org.ID, "lulea")
	w.role("keeper", access.SiteDelete, access.UserEdit, access.SecretList, access.SecretShow)
	w.user(account.User{Email: "liv@norrsken.example", Role: "keeper", Site: site.ID})
	liv := w.as("liv@norrsken.example")
	for _, to := range []account.Slug{"lulea", account.None} {
		_, err := liv.DeleteSite(ctx, "kiruna", &to)
		wantKind(t, err, account.NotFound, "")
		_, err = liv.EditUser(ctx, "liv@norrsken.example", UserEdit{Site: &to})
		wantKind(t, err, account.NotFound, "")
	}
}
