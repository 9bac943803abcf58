package config

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/usher-admin/usher/internal/account"
)

// document is a file being read. The tree of YAML is walked by hand because a
// decoder forgets the lines, and says nothing of a key that stands twice.
type document struct {
	path     string
	settings []setting
	lines    map[string]int // of each key seen, also of sections
}

// parse returns the settings of a file's text, unchecked. Values are texts as
// they were written: `lang: no` is the text no.
func parse(path string, data []byte) ([]setting, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root, more yaml.Node
	if err := decoder.Decode(&root); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, syntaxError(path, err)
	}
	if err := decoder.Decode(&more); err == nil {
		return nil, fault(path, more.Line, "a second document begins; one file holds one")
	} else if !errors.Is(err, io.EOF) {
		return nil, syntaxError(path, err)
	}
	d := document{path: path, lines: map[string]int{}}
	if len(root.Content) == 0 {
		return nil, nil
	}
	if err := d.walk("", root.Content[0]); err != nil {
		return nil, err
	}
	return d.settings, nil
}

// walk takes the settings below a key; the key of the whole file is "".
func (d *document) walk(name string, node *yaml.Node) error {
	if isEmpty(node) {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		return fault(d.path, node.Line, "%s holds keys with values, one a line", orFile(name))
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if err := d.entry(name, node.Content[i], node.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// entry takes one key with its value.
func (d *document) entry(parent string, key, value *yaml.Node) error {
	if key.Kind != yaml.ScalarNode {
		return fault(d.path, key.Line, "a key is a plain word")
	}
	name := key.Value
	if parent != "" {
		name = parent + "." + key.Value
	}
	if parent == "directories" {
		slug, err := account.ParseSlug(key.Value)
		if err != nil {
			return fault(d.path, key.Line, "the name of a directory: %w", err)
		}
		name = parent + "." + string(slug)
	}
	_, known := findKey(name)
	if strings.Contains(key.Value, ".") || !known && !isSection(name) {
		return d.unknown(name, key.Line)
	}
	if line, twice := d.lines[name]; twice {
		return fault(d.path, key.Line, "%s stands twice, also on line %d", name, line)
	}
	d.lines[name] = key.Line
	if !known {
		return d.section(parent, name, value)
	}
	return d.value(name, key.Line, value)
}

func (d *document) section(parent, name string, node *yaml.Node) error {
	if parent == "directories" && isEmpty(node) {
		return fault(d.path, d.lines[name], "%s is empty", name).Hintf("give it a url, or delete the line")
	}
	return d.walk(name, node)
}

func (d *document) value(name string, line int, node *yaml.Node) error {
	switch {
	case isEmpty(node):
		return nil
	case node.Kind == yaml.AliasNode:
		return fault(d.path, line, "%s refers to another value; write it out", name)
	case node.Kind != yaml.ScalarNode:
		return fault(d.path, line, "%s takes one value, not a list", name)
	}
	d.settings = append(d.settings, setting{name, node.Value, Source{FromFile, d.path, line}})
	return nil
}

// unknown is the error for a key that does not exist. What stands behind the
// key is not repeated: it may be a password.
func (d *document) unknown(name string, line int) error {
	if name == "smtp.password" {
		return fault(d.path, line, "a password does not belong into a configuration file").Coded("config.secret").
			Hintf("put it into a file that only you can read and name that in smtp.password_file")
	}
	err := fault(d.path, line, "unknown key %q", name)
	if _, known := findKey(name); known {
		return err.Hintf("write %q below %q, not in one word", lastPart(name)+":", section(name)+":")
	}
	if guess := nearest(name); guess != "" {
		return err.Hintf("did you mean %s?", guess)
	}
	return err.Hintf("known here: %s", strings.Join(siblings(name), ", "))
}

// isEmpty reports whether nothing was written, as in a section whose keys are
// all commented out.
func isEmpty(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

func orFile(name string) string {
	if name == "" {
		return "the file"
	}
	return name
}

// fault is the error for something wrong on a line of a file; line 0 is
// unknown.
func fault(path string, line int, format string, args ...any) *account.Error {
	place := Source{Kind: FromFile, Name: path, Line: line}.String()
	return account.Errorf(account.Invalid, "%s: "+format, append([]any{place}, args...)...).Coded("config.invalid")
}
