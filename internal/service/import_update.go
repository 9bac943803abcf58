package service

import (
	"fmt"
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// A row of a file may be of somebody who is there. What an import changes of him,
// and what it leaves to commands that say what they do, is here.

// update changes what the row says of a user who is there. Who has no password
// yet gets the one of the row; that of anybody else, and every status, stay as
// they are. What would take a password away is refused.
func (im *importer) update(o *op, u account.User, row *importRow) error {
	if err := o.allowKnown(u); err != nil {
		return err
	}
	if err := o.staysInPlace(u, row); err != nil {
		return err
	}
	edited, err := o.editUser(u, UserEdit{
		FirstName: given(row.FirstName), LastName: given(row.LastName),
		Type: given(row.Type), Role: given(row.Role), Locale: given(row.Locale), Plan: given(row.Plan),
	})
	if err != nil {
		return err
	}
	given, err := o.firstPassword(edited.User, row.hash)
	if err != nil {
		return err
	}
	if given || !edited.User.UpdatedAt.Equal(u.UpdatedAt) {
		im.result.Updated++
	} else {
		im.result.Skipped++
	}
	if row.suspended && edited.User.Status != account.StatusSuspended {
		im.noteNotSuspended(u.Email)
	}
	if given {
		return nil
	}
	return im.invite(o, edited.User)
}

// staysInPlace refuses a row by which somebody who is there would move to another
// site or directory: his password does not go with him, and nobody would be told.
func (o *op) staysInPlace(u account.User, row *importRow) error {
	if row.Site != "" {
		moved, err := o.placeUser(u, row.Site)
		if err != nil {
			return err
		}
		if moved.Site != u.Site {
			return account.Errorf(account.Invalid, "an import moves nobody to another site, which takes his password away; to move him: usher user edit %s --site %s", u.Email, row.Site).
				Coded("site.move")
		}
	}
	if row.Directory != "" && !strings.EqualFold(row.Directory, u.Directory) {
		return account.Errorf(account.Invalid, "an import moves nobody to another directory, which takes his password away; to move him: usher user edit %s --directory %s", u.Email, account.Typed(row.Directory)).
			Coded("directory.move")
	}
	return nil
}

// noteNotSuspended counts who is suspended in the file and not here: a file of last
// night is no reason to let somebody in or to shut him out.
func (im *importer) noteNotSuspended(who account.Email) {
	if im.left++; im.left == 1 {
		im.firstLeft = who
	}
}

// warnings says what was left as it is.
func (im *importer) warnings() []string {
	if im.left == 0 {
		return nil
	}
	who := im.firstLeft.String()
	if im.left > 1 {
		who += fmt.Sprintf(" and %d more", im.left-1)
	}
	return []string{fmt.Sprintf("%s %s suspended in the file and not here; an import leaves the status of who is there: usher user suspend EMAIL...",
		who, account.Agree(im.left, "is", "are"))}
}

// firstPassword takes a foreign hash over for a user who has no password yet.
func (o *op) firstPassword(u account.User, hash string) (bool, error) {
	if hash == "" || u.Status != account.StatusPending || u.Auth != account.AuthLocal {
		return false, nil
	}
	if err := o.givePassword(u, hash); err != nil {
		return false, err
	}
	if err := o.tx.RemoveUserLinks(u.ID, account.LinkInvite); err != nil {
		return false, err
	}
	active := u
	active.Status = account.StatusActive
	_, err := o.saveEdit(u, active)
	return true, err
}

// given returns nil for an empty text, which a row leaves as it is.
func given[T ~string](text T) *T {
	if text == "" {
		return nil
	}
	return &text
}
