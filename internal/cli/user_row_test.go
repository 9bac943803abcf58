package cli

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// drawView draws a user of few sorts, so that many in a row are alike in parts.
func drawView(t *rapid.T) *service.UserView {
	one := func(label string) int { return rapid.IntRange(0, 1).Draw(t, label) }
	at := func(label string) time.Time {
		return []time.Time{{}, time.Unix(1e9, 0), time.Unix(1e9, 999), time.Unix(1e9+1, 0)}[rapid.IntRange(0, 3).Draw(t, label)]
	}
	u := service.UserView{SiteSlug: []account.Slug{"", "umea"}[one("site")], LockedUntil: at("locked")}
	u.ID = account.UserID{rapid.Byte().Draw(t, "id")}
	u.Email = account.Email([]string{"a@b.example", "ö@b.example"}[one("email")])
	u.FirstName, u.LastName = []string{"", "Anna"}[one("first")], []string{"", "Ek"}[one("last")]
	u.Role = []account.RoleName{account.RoleMember, account.RoleOwner}[one("role")]
	u.Status = []account.Status{account.StatusPending, account.StatusActive}[one("status")]
	u.Directory = []string{"", "ad"}[one("directory")]
	u.MustChange = one("change") == 1
	u.Plan = []account.PlanName{"", "pro"}[one("plan")]
	u.CreatedAt, u.UpdatedAt, u.LastLoginAt = at("created"), at("updated"), at("login")
	return &u
}

// What one user of a list has in common with the one before is not made twice:
// he must be shown as if he were alone.
func TestUsersOfAListAreShownAsEachAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		format := output.Format(rapid.SampledFrom(output.Formats()).Draw(t, "format"))
		var together, alone bytes.Buffer
		options := output.Options{Format: format}
		l, want := output.New(&together, options).List(userSpec()), output.New(&alone, options).List(userSpec())
		part := l.Part()
		piece := userPiece{list: l, part: part, row: part.Row()}
		u, begun := drawView(t), false
		for range rapid.IntRange(1, 6).Draw(t, "users") {
			other := drawView(t)
			alike := begun && rapid.Bool().Draw(t, "alike")
			if alike {
				u.ID, u.Email, u.FirstName, u.LastName = other.ID, other.Email, other.FirstName, other.LastName
			} else {
				u = other
			}
			piece.Add(u, alike)
			begun = true
			if err := want.Add(userObject(*u)); err != nil {
				t.Fatal(err)
			}
		}
		if err := piece.Write(); err != nil {
			t.Fatal(err)
		}
		if l.Close() != nil || want.Close() != nil || together.String() != alone.String() {
			t.Errorf("got\n%s\nwant\n%s", together.String(), alone.String())
		}
	})
}
