package userfile

import (
	"strings"

	"github.com/usher-admin/usher/internal/account"
)

// layout is what the columns of a CSV file say.
type layout struct {
	form    Form
	names   []string   // as the file spells them
	columns []fieldSet // what each says; empty: nothing for usher
	where   [fieldCount]int
}

const nowhere = -1

// plan finds out what the columns mean: what the caller maps, then what the
// form says of the rest.
func plan(names []string, form Form, mapped map[string]string) (*layout, error) {
	chosen, err := parseMap(mapped)
	if err != nil {
		return nil, err
	}
	if form, err = chooseForm(names, form, chosen, len(mapped) > 0); err != nil {
		return nil, err
	}
	p := &layout{form: form, names: names, columns: make([]fieldSet, len(names))}
	for f := range p.where {
		p.where[f] = nowhere
	}
	if err := p.mapChosen(chosen); err != nil {
		return nil, err
	}
	if err := p.mapKnown(len(mapped) > 0); err != nil {
		return nil, err
	}
	if p.where[fieldEmail] == nowhere {
		return nil, missingColumn(names, "the column with the e-mail addresses is missing")
	}
	return p, nil
}

// parseMap turns the names of fields into fields: chosen[f] is the column that
// the caller wants for f, "" where he leaves it open.
func parseMap(mapped map[string]string) (chosen [rowFields]string, err error) {
	for name, column := range mapped {
		fields, _ := usherColumn(name)
		if fields == 0 || strings.TrimSpace(column) == "" {
			return chosen, account.Errorf(account.Usage, "cannot map %q to %q", safe(name), safe(column)).
				Coded("import.map").
				Hintf("--map takes field=column, where field is one of %s", strings.Join(FieldNames(), ", "))
		}
		f := fields.next()
		if chosen[f] != "" {
			return chosen, account.Errorf(account.Usage, "the field %q is mapped twice", f.name()).
				Coded("import.map")
		}
		chosen[f] = column
	}
	return chosen, nil
}

// chooseForm returns the form of the file. A file of no known form is read by
// what is mapped, if it is known where the addresses are.
func chooseForm(names []string, form Form, chosen [rowFields]string, mapped bool) (Form, error) {
	if form != FormAuto {
		return form, nil
	}
	switch form = recognise(names); {
	case form != FormAuto:
		return form, nil
	case chosen[fieldEmail] != "" || mapped && hasEmail(names):
		return FormUsher, nil
	}
	return "", account.Errorf(account.Invalid, "no known form of file; its columns are %s", list(names)).
		Coded("import.unknown_form").
		Hintf("%s", mapHint(names))
}

func hasEmail(names []string) bool {
	for _, name := range names {
		if fields, _ := usherColumn(name); fields == fieldEmail.set() {
			return true
		}
	}
	return false
}

func (p *layout) mapChosen(chosen [rowFields]string) error {
	for f, column := range chosen {
		if column == "" {
			continue
		}
		for i, name := range p.names {
			if fold(name) != fold(column) {
				continue
			}
			if err := p.put(field(f), i); err != nil {
				return err
			}
		}
		if p.where[f] == nowhere {
			return missingColumn(p.names, "there is no column %q for %s", safe(column), field(f).name())
		}
	}
	return nil
}

// mapKnown gives their meaning to the columns that nobody mapped. Columns that
// usher does not know are none of its business in a foreign file, and a typing
// error in its own.
func (p *layout) mapKnown(mapped bool) error {
	taken := append([]fieldSet(nil), p.columns...)
	done := p.where
	for i, name := range p.names {
		var fields fieldSet
		known := true
		switch p.form {
		case FormM365:
			fields = m365Column(name)
		case FormGoogle:
			fields = googleColumn(name)
		default:
			fields, known = usherColumn(name)
		}
		if !known && !mapped {
			return unknownColumn(name)
		}
		if fields == 0 || taken[i] != 0 {
			continue
		}
		if f := fields.next(); done[f] == nowhere {
			if err := p.put(f, i); err != nil {
				return err
			}
		}
	}
	return nil
}

// put says that column i holds f.
func (p *layout) put(f field, i int) error {
	if before := p.where[f]; before != nowhere {
		return account.Errorf(account.Invalid, "the columns %q and %q say the same",
			safe(p.names[before]), safe(p.names[i])).
			Coded("import.duplicate_column").
			Hintf("take one out of the file, or name the right one with --map")
	}
	p.where[f] = i
	p.columns[i] |= f.set()
	return nil
}

// column returns the name of the column that holds f.
func (p *layout) column(f field) string {
	if i := p.where[f]; i != nowhere {
		return p.names[i]
	}
	return f.name()
}
