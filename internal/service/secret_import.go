package service

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/keys"
	"github.com/usher-admin/usher/internal/service/secretfile"
	"github.com/usher-admin/usher/internal/service/userfile"
)

// SecretImport is a file of stored passwords and how to take it in.
type SecretImport struct {
	File      io.Reader
	Site      account.Slug // "" for the actor's own scope
	Upsert    bool         // bring those that are there already to what the file says
	KeepGoing bool         // import what can be
}

// ImportSecrets takes in the stored passwords of a CSV file, all or nothing
// unless told to keep going. The file is read and checked before anything is
// locked. Faults never repeat a value. Those of the result are to be closed.
func (s *Service) ImportSecrets(ctx context.Context, in SecretImport) (ImportResult, error) {
	im, err := readSecrets(in, newImportFaults(s.store.Scratch))
	if err != nil {
		return ImportResult{}, err
	}
	err = im.result.conclude(s.changeMany(ctx, access.SecretImport, im.write), "mend the rows named, or import the others with --keep-going")
	return im.result, err
}

// secretImporter is one import under way.
type secretImporter struct {
	in     SecretImport
	rows   []secretRow
	seen   map[string]int // where in the file a name stands first
	result ImportResult
}

// secretRow is a row that is right in itself.
type secretRow struct {
	NewSecret
	line int
}

// readSecrets reads the file and checks every row by itself.
func readSecrets(in SecretImport, faults ImportFaults) (*secretImporter, error) {
	text, encoding, err := userfile.Text(in.File)
	if err != nil {
		return nil, err
	}
	file, err := secretfile.Read(text)
	if err != nil {
		return nil, err
	}
	im := &secretImporter{in: in, seen: make(map[string]int), result: ImportResult{Faults: faults}}
	if encoding != "UTF-8" {
		im.warn("the file was read as %s: look at the letters with accents", encoding)
	}
	if len(file.Ignored) > 0 {
		im.warn("columns left out: %s", strings.Join(file.Ignored, ", "))
	}
	im.result.Read = len(file.Rows)
	for _, row := range file.Rows {
		parsed, field, err := im.parse(row)
		if err != nil {
			im.fault(&im.result.Faults.alone, row.Line, row.Details.Name, field, err)
			continue
		}
		im.rows = append(im.rows, parsed)
	}
	return im, im.result.Faults.alone.err
}

func (im *secretImporter) warn(format string, args ...any) {
	im.result.Warnings = append(im.result.Warnings, fmt.Sprintf(format, args...))
}

// parse checks what a row says; field is where it is wrong.
func (im *secretImporter) parse(row secretfile.Row) (parsed secretRow, field string, err error) {
	parsed.line = row.Line
	if row.Surplus {
		return parsed, "", account.Errorf(account.Invalid, "the row has more cells than the first line").Coded("import.surplus")
	}
	if parsed.SecretDetails, err = row.Details.Clean(); err != nil {
		field, _, _ = strings.Cut(err.Error(), ":")
		return parsed, field, err
	}
	if parsed.Value, err = keys.NewStoredPassword(row.Value); err != nil {
		return parsed, "value", err
	}
	if first, twice := im.seen[parsed.Key()]; twice {
		return parsed, "name", account.Errorf(account.Conflict, "the name stands in the file already, on row %d", first).Coded("import.duplicate")
	}
	im.seen[parsed.Key()] = row.Line
	return parsed, "", nil
}

// fault notes why a row was not imported. Of the row it repeats the name alone.
func (im *secretImporter) fault(run *faultRun, line int, name, field string, err error) {
	im.result.Failed++
	run.note(line, ImportFault{Column: field, Value: name, Code: account.CodeOf(err), Message: err.Error(), kind: account.KindOf(err)})
}

// write adds the rows within the transaction.
func (im *secretImporter) write(o *op) error {
	v, err := o.allowVault(im.in.Site)
	if err != nil {
		return err
	}
	for _, row := range im.rows {
		err := im.put(v, row)
		if err != nil && !itemError(err) {
			return err
		}
		if err != nil {
			im.fault(&im.result.Faults.against, row.line, row.Name, "name", err)
		}
	}
	if err := im.result.Faults.against.err; err != nil {
		return err
	}
	return im.result.settle(o, im.in.KeepGoing)
}

// put adds one row, or brings what is there to what the row says.
func (im *secretImporter) put(v *vault, row secretRow) error {
	record, found, err := v.find(row.Name)
	if err != nil {
		return err
	}
	if !found {
		_, err := v.add(row.NewSecret)
		if err == nil {
			im.result.Added++
		}
		return err
	}
	d, err := v.details(record)
	if err != nil {
		return err
	}
	edit := SecretEdit{Name: &row.Name, Username: &row.Username, URL: &row.URL, Notes: &row.Notes, Value: &row.Value}
	fields, err := v.changedFields(record, d, row.SecretDetails, edit.Value)
	switch {
	case err != nil:
		return err
	case len(fields) == 0:
		im.result.Skipped++
		return nil
	case !im.in.Upsert:
		return errSecretExists(row.Name)
	}
	if _, _, err = v.edit(record, d, edit); err == nil {
		im.result.Updated++
	}
	return err
}
