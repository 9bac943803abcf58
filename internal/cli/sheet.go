package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
)

// The installation record is one page to print and lock away: what was installed
// where, the system key, and how to break glass with it. The organisation key is
// not on it, so that the page alone opens no database without escrow.

// record returns the installation record of a new instance.
func (a *app) record(f service.Fresh, noEscrow bool) string {
	cfg, _ := a.config() // loaded before
	path, err := filepath.Abs(cfg.DB)
	if err != nil {
		path = cfg.DB
	}
	var b strings.Builder
	b.WriteString(recordHead)
	for _, row := range [][2]string{
		{"Organisation", f.Org.Name + " (" + string(f.Org.Slug) + ")"},
		{"Owner", f.Owner.Email.String()},
		{"Database", path},
		{"Host", a.env.Origin().Host},
		{"Instance", f.Instance.String()},
		{"Made", f.Org.CreatedAt.UTC().Format(time.RFC3339) + " by usher " + a.env.Version.Version},
		{"", ""},
		{"System key", f.SystemKey.Reveal()},
		{"  fingerprint", f.SystemKey.Fingerprint(f.Instance)},
		{"Organisation key", "not on this page; who signs in has it"},
		{"  fingerprint", f.OrgKey.Fingerprint(f.Instance)},
		{"  in escrow", escrowWords(noEscrow)},
	} {
		fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("    %-18s%s", row[0], output.Safe(row[1])), " "))
	}
	b.WriteString(recordUse)
	b.WriteString(escrowUse(noEscrow))
	b.WriteString(recordFoot)
	return b.String()
}

const recordHead = `USHER INSTALLATION RECORD

Print this page, keep it where it survives the machine and where few can read
it, and delete the file. Whoever has it and can read the database can let himself
in as anybody.

`

const recordUse = `
WHEN NOBODY GETS IN ANY MORE

Log in to the host as the user who owns the database. Each command asks for the
system key and for a reason, and stands in the log.

    usher recover password EMAIL --reason "..."    a new password for somebody
    usher recover unlock EMAIL --reason "..."      after too many wrong passwords
    usher recover owner EMAIL --reason "..."       another owner
`

// escrowUse says what the system key does where the organisation key is lost.
func escrowUse(noEscrow bool) string {
	if noEscrow {
		return `
The organisation key is NOT in escrow: a new password takes it too
(--org-key-file FILE). Keep it somewhere safe as well. If it is lost, everything
sealed under it is lost: usher orgkey reset deletes the users and stored
passwords and begins anew.
`
	}
	return `    usher recover orgkey --reason "..."            the organisation key
`
}

func escrowWords(noEscrow bool) string {
	if noEscrow {
		return "no: the system key does not open it"
	}
	return "yes: the system key opens it"
}

const recordFoot = `
If this page was seen by others, replace the key, which makes this one worthless:

    usher recover system-key --reason "..." --secret-file FILE
`

// errSheet says that the installation record could not be written. The system
// key is shown instead, or it would be lost.
func errSheet(path string, cause error) error {
	return account.Errorf(account.Partial, "the database is made, but the installation record could not be written to %q: %w", path, pathCause(cause)).
		Coded("sheet.unwritten").
		Hintf("write the system key down as it is shown here")
}
