package account

import (
	"strings"
	"testing"
)

func TestParseRoleName(t *testing.T) {
	for _, row := range []struct {
		typed, want string
		builtIn     bool
	}{
		{"owner", "owner", true},
		{"Admin", "admin", true},
		{"SITE-ADMIN", "site-admin", true},
		{"member", "member", true},
		{"help-desk", "help-desk", false},
		{"Help-Desk", "help-desk", false},
		{"owner2", "owner2", false},
	} {
		got, err := ParseRoleName(row.typed)
		if err != nil || string(got) != row.want || got.BuiltIn() != row.builtIn {
			t.Errorf("ParseRoleName(%q) = %q, %v, built in %t; want %q, %t", row.typed, string(got), err, got.BuiltIn(), row.want, row.builtIn)
		}
	}
	for _, typed := range []string{"", "-", "help desk", "help_desk", "hjälp", "ow\u212aner", "a\x00", strings.Repeat("a", 64)} {
		if got, err := ParseRoleName(typed); err == nil || got != "" || KindOf(err) != Invalid || CodeOf(err) != "role.invalid" {
			t.Errorf("ParseRoleName(%q) = %q, %v; want role.invalid", typed, string(got), err)
		}
	}
}

func TestParsePlanName(t *testing.T) {
	for typed, key := range map[string]string{
		"Pro":                   "pro",
		"pro":                   "pro",
		"Pro-2026_v1.5":         "pro-2026_v1.5",
		"5-seats":               "5-seats",
		"p.":                    "p.",
		strings.Repeat("P", 63): strings.Repeat("p", 63),
	} {
		if got, err := ParsePlanName(typed); err != nil || string(got) != typed || got.Key() != key {
			t.Errorf("ParsePlanName(%q) = %q with the key %q, %v; want it kept, with the key %q", typed, string(got), got.Key(), err, key)
		}
	}
	for typed, want := range map[string]string{
		"":                      "it is empty",
		"-pro":                  "it does not begin with a letter or digit",
		".pro":                  "it does not begin with a letter or digit",
		"_":                     "it does not begin with a letter or digit",
		"pro plus":              `it may not hold " "`,
		"pro+":                  `it may not hold "+"`,
		"prö":                   `it may not hold "ö"`,
		"pro\x1b":               `it may not hold "\x1b"`,
		"None":                  `"none" stands for no plan`,
		strings.Repeat("p", 64): "it is longer than 63 characters",
	} {
		got, err := ParsePlanName(typed)
		if err == nil || got != "" || KindOf(err) != Invalid || CodeOf(err) != "plan.invalid" || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePlanName(%q) = %q, %v; want plan.invalid with %q", typed, string(got), err, want)
		}
	}
}
