package password

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/usher-admin/usher/internal/account"
)

// Lengths a policy may ask for, in characters.
const (
	DefaultMinLength = 15 // what NIST SP 800-63B-4 asks of a password used alone
	LowestMinLength  = 8  // what no policy may go below
	maxCount         = 32 // digits, letters or special characters a policy may ask for
	maxMessage       = 1000
)

// Policy is what an organisation asks of a new password. The zero Policy is the
// default one: 15 characters and the embedded blocklist.
type Policy struct {
	MinLength  int    // characters; 0 stands for DefaultMinLength
	MinDigits  int    // decimal digits
	MinLower   int    // lower-case letters
	MinUpper   int    // upper-case letters
	MinSpecial int    // characters that are neither letters nor digits
	Message    string // shown instead of usher's own words on digits, letters and special characters
	Blocklist  List   // the organisation's own
}

// Context holds the words a password must not be built from: the names of
// organisation, site and user, the parts of the address. They may be given as
// they are written; usher's own name is always among them.
type Context struct{ Words []string }

// Fault is one thing that is wrong with a password. Its message reads after
// "the password is too weak:" and tells nothing of the password.
type Fault struct{ Code, Message string }

// Validate checks that p can be met at all. The error is Invalid, coded
// password.policy.
func (p Policy) Validate() error {
	if p.MinLength != 0 && (p.MinLength < LowestMinLength || p.MinLength > MaxLength) {
		return badPolicy("the minimum length %d is not between %d and %d", p.MinLength, LowestMinLength, MaxLength)
	}
	sum := 0
	for _, count := range []struct {
		what  string
		value int
	}{
		{"digits", p.MinDigits}, {"lower-case letters", p.MinLower},
		{"upper-case letters", p.MinUpper}, {"special characters", p.MinSpecial},
	} {
		if count.value < 0 || count.value > maxCount {
			return badPolicy("the minimum number of %s %d is not between 0 and %d", count.what, count.value, maxCount)
		}
		sum += count.value
	}
	if sum > p.minLength() {
		return badPolicy("the minimum numbers of digits, letters and special characters add up to %d, "+
			"more than the minimum length %d", sum, p.minLength())
	}
	if _, err := account.CleanText("the message", p.Message, maxMessage); err != nil {
		return badPolicy("%w", err)
	}
	return nil
}

func badPolicy(format string, args ...any) error {
	return account.Errorf(account.Invalid, format, args...).Coded("password.policy")
}

// BelowNIST reports whether p allows passwords shorter than NIST SP 800-63B-4
// asks for; whoever sets such a policy is told so.
func (p Policy) BelowNIST() bool { return p.minLength() < DefaultMinLength }

func (p Policy) minLength() int {
	if p.MinLength == 0 {
		return DefaultMinLength
	}
	return p.MinLength
}

// Check returns everything that is wrong with pw, nil if nothing is, in this
// order: password.too_short, common, context, repeated, sequence, digits,
// lower, upper, special. (Too long a password cannot be prepared at all.)
func (p Policy) Check(pw Plain, ctx Context) []Fault {
	var faults []Fault
	note := func(bad bool, code, message string) {
		if bad {
			faults = append(faults, Fault{"password." + code, message})
		}
	}
	g := newGuess(pw)
	g.markPatterns()
	g.markListed(Common())
	g.markListed(p.Blocklist)
	for _, word := range ctx.folded() {
		g.markNamed(word)
	}
	note(pw.Length() < p.minLength(), "too_short", fmt.Sprintf("it needs at least %d characters", p.minLength()))
	note(g.common(), "common", "it is one of the passwords that are guessed first, or little more")
	note(g.fromNames(), "context", "it is built from names that others know")
	note(g.repeated(), "repeated", "it is blank or repeats a few characters")
	note(g.sequence(), "sequence", "it follows the alphabet, the digits or the keyboard")
	return append(faults, p.missing(pw)...)
}

// missing returns the faults in the numbers of characters.
func (p Policy) missing(pw Plain) []Fault {
	has := countKinds(pw.text())
	var faults []Fault
	for _, kind := range []struct {
		code, one, many string
		has, min        int
	}{
		{"digits", "digit", "digits", has.digits, p.MinDigits},
		{"lower", "lower-case letter", "lower-case letters", has.lower, p.MinLower},
		{"upper", "upper-case letter", "upper-case letters", has.upper, p.MinUpper},
		{"special", "special character", "special characters", has.special, p.MinSpecial},
	} {
		if kind.has >= kind.min {
			continue
		}
		message := p.Message
		if message == "" {
			noun := kind.many
			if kind.min == 1 {
				noun = kind.one
			}
			message = fmt.Sprintf("it needs at least %d %s", kind.min, noun)
		}
		faults = append(faults, Fault{"password." + kind.code, message})
	}
	return faults
}

// kinds counts the characters of a text by kind.
type kinds struct{ digits, lower, upper, special int }

func countKinds(text string) kinds {
	var k kinds
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			k.digits++
		case unicode.IsLower(r):
			k.lower++
		case unicode.IsUpper(r):
			k.upper++
		case !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r):
			k.special++
		}
	}
	return k
}

// CodeWeak is the code of the error of a password that a policy refuses.
const CodeWeak = "password.weak"

// Err returns nil when there are no faults, and otherwise one Invalid error,
// coded password.weak, that names them all.
func (p Policy) Err(faults []Fault) error {
	var said []string
	for _, fault := range faults {
		// Two missing kinds share the organisation's own message.
		if !slices.Contains(said, fault.Message) {
			said = append(said, fault.Message)
		}
	}
	if len(said) == 0 {
		return nil
	}
	return account.Errorf(account.Invalid, "the password is too weak: %s", strings.Join(said, "; ")).
		Coded(CodeWeak).
		Hintf("try another one first with: usher password test")
}
