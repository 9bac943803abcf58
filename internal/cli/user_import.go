package cli

import (
	"context"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/output"
	"github.com/usher-admin/usher/internal/service"
	"github.com/usher-admin/usher/internal/service/userfile"
)

type userImportOptions struct {
	app       *app
	form      string
	columns   []string
	fields    userFields
	invite    bool
	ttl       string
	send      sendOptions
	upsert    bool
	keepGoing bool
	report    string
}

func newUserImportCmd(a *app) *cobra.Command {
	o := userImportOptions{app: a, send: sendOptions{app: a}}
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Import users from a file of usher or of another system",
		Long: `Import users from a CSV or JSON Lines file: usher's own form (see: usher user
template), an export of Microsoft 365 or Google Workspace, or any other with its
columns named by --map. Every row is checked first; one bad row stops them all,
unless told to keep going. Password hashes of other systems are taken over and
replaced at the first sign-in. With --invite whoever has no password, and no
invitation that he can still accept, gets a link; mailed, or to be passed on.`,
		Example: `  usher user import staff.csv --dry-run
  usher user import staff.csv --invite -o json | jq '.links[]'
  usher user import m365-export.csv --report faults.csv
  usher user import hr.csv --map email=E-post --map first_name=Förnamn \
    --map last_name=Efternamn`,
		Args:        exactly("FILE"),
		Annotations: prints(userImportSpec()),
		RunE:        func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.form, "format", string(userfile.FormAuto), "form of the file: `auto|usher|m365|google|jsonl`")
	f.StringArrayVar(&o.columns, "map", nil, "where a field stands: `FIELD=COLUMN`; may be repeated")
	o.fields.addPlaceFlags(cmd)
	o.fields.addLicenceFlag(cmd)
	f.BoolVar(&o.invite, "invite", false, "make those without a password an invitation link")
	f.StringVar(&o.ttl, "ttl", "", "how long the links live: `DURATION`, default 72h, at most 7d")
	o.send.addFlags(cmd)
	f.BoolVar(&o.upsert, "upsert", false, "bring users who are there to what the file says")
	f.BoolVar(&o.keepGoing, "keep-going", false, "import what can be; exit 9 if any failed")
	f.StringVar(&o.report, "report", "", "write every fault to a `FILE`, over an earlier report: CSV, or JSON Lines if it ends in .jsonl")
	addKeyFlag(cmd, a)
	addChangeFlags(cmd, a)
	return cmd
}

func (o *userImportOptions) run(ctx context.Context, path string) error {
	in, err := o.input()
	if err != nil {
		return err
	}
	p, s, err := o.app.ready(userImportSpec())
	if err != nil {
		return err
	}
	file, err := o.app.openInput(path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	report, err := o.app.openReport(o.report)
	if err != nil {
		return err
	}
	defer report.discard()
	in.File = file
	debug.SetGCPercent(importWaste)
	show := o.app.importGauges(&in)
	result, err := s.ImportUsers(ctx, in)
	show.end()
	err = report.keep(result, err)
	return o.app.printImport(p, o.spec(), o.object(result), result, err)
}

// importWaste is how much garbage an import leaves until it is collected, per cent
// of what is used. Of a million users 25 MB are in use mostly, and 40 now and then:
// as much garbage again, as usual, made 81 MB of it in one run of a dozen.
const importWaste = 50

// importGauges shows how far an import is: the rows that are checked, those that
// are written, and, where the file of the database is made anew, its records.
func (a *app) importGauges(in *service.ImportInput) *gauges {
	g := &gauges{app: a}
	in.Checked, in.Written, in.Saved = g.phase("checked", "rows"), g.phase("written", "rows"), g.phase("saved", "records")
	return g
}

// printImport prints what became of a file: also where its rows were refused,
// not where it could not be read. What it found is given back.
func (a *app) printImport(p *output.Printer, spec output.Spec, object output.Object, result service.ImportResult, err error) error {
	defer result.Faults.Close()
	for _, w := range result.Warnings {
		a.warn(w)
	}
	if err != nil && account.KindOf(err) != account.Partial && result.Failed == 0 {
		return err
	}
	if printed := p.One(spec, a.marked(object)); printed != nil {
		return printed
	}
	return err
}

func (o *userImportOptions) input() (in service.ImportInput, err error) {
	if in.Options.Form, err = userfile.ParseForm(o.form); err != nil {
		return in, err
	}
	in.Options.Map = make(map[string]string)
	for _, pair := range o.columns {
		field, column, ok := strings.Cut(pair, "=")
		if !ok {
			return in, usageError("--map %q is not field=column", pair).Hintf("fields are: %s", strings.Join(userfile.FieldNames(), ", "))
		}
		if _, twice := in.Options.Map[field]; twice {
			return in, usageError("--map says twice where %s stands", field).Hintf("leave one of them out")
		}
		in.Options.Map[field] = column
	}
	f, err := o.fields.parse()
	if err != nil {
		return in, err
	}
	in.Type, in.Role, in.Site, in.Plan = f.kind, f.role, f.site, f.plan
	in.Upsert, in.KeepGoing = o.upsert, o.keepGoing
	return in, o.invitations(&in)
}

// invitations reads what the flags say of them.
func (o *userImportOptions) invitations(in *service.ImportInput) (err error) {
	if !o.invite {
		if o.ttl != "" || o.send.send || o.send.noSend {
			return usageError("--ttl, --send and --no-send are about links").Hintf("add --invite")
		}
		return nil
	}
	in.Invited = true
	if in.Life, err = lifeFlag("ttl", o.ttl); err != nil {
		return err
	}
	in.Mail, err = o.send.wanted()
	return err
}

// object has the links only where some were asked for.
func (o *userImportOptions) object(r service.ImportResult) output.Object {
	if !o.invite {
		return importObject(r)
	}
	links := make([]output.Object, 0, len(r.Links))
	for _, l := range r.Links {
		links = append(links, append(output.Object{{Name: "email", Value: output.String(l.Email.String())}}, madeLink(l.Link)...))
	}
	return append(importObject(r), output.Field{Name: "links", Value: output.Objects(links)})
}

// spec has a column of links only where some were asked for.
func (o *userImportOptions) spec() output.Spec {
	if o.invite {
		return userImportSpec()
	}
	return importSpec()
}

func userImportSpec() output.Spec {
	spec := importSpec()
	spec.Columns = append(spec.Columns, output.Column{Path: "links"})
	return spec
}

func importSpec() output.Spec {
	return output.Spec{Columns: []output.Column{
		{Path: "read", Right: true}, {Path: "added", Right: true}, {Path: "updated", Right: true},
		{Path: "skipped", Right: true}, {Path: "failed", Right: true}, {Path: "rows"},
	}}
}

func newUserTemplateCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "template",
		Short:   "Print the CSV form that import understands best",
		Example: "  usher user template > staff.csv",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := a.env.Stdout.Write(userfile.Template())
			return err
		},
	}
}
