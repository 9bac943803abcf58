package output

import (
	"strings"
	"time"
)

// kind says which field of a Value holds it.
type kind uint8

const (
	kindNull    kind = iota
	kindString       // text, one line of foreign text
	kindText         // text, of several lines
	kindExact        // text, of several lines, that CSV must not touch
	kindInt          // num
	kindBool         // num, 0 or 1
	kindSeconds      // num, seconds since 1970
	kindMillis       // num, milliseconds since 1970
	kindObject       // parts
	kindList         // parts, without names
	kindStream       // each, num of them
)

// Value is what a field holds: a text, a number, a time, a list, an object or
// nothing. The zero Value is null. Making one allocates nothing, but for lists.
type Value struct {
	kind  kind
	num   int64
	text  string
	parts []Field
	each  func(add func(Object) error) error
}

// Field is a Value under its name, in snake_case and without dots.
type Field struct {
	Name  string
	Value Value
}

// Object is a list of fields in the order they are printed in.
type Object []Field

// Null returns the absent value: null in JSON, "-" in a table, nothing in CSV.
func Null() Value { return Value{} }

// String returns a value of one line of text. A line break in it is foreign,
// and shown as \u{a} everywhere but in JSON.
func String(s string) Value { return Value{kind: kindString, text: s} }

// StringOrNull returns String(s), or null for "".
func StringOrNull(s string) Value {
	if s == "" {
		return Null()
	}
	return String(s)
}

// Text returns a value of several lines, such as instructions or a key file. A
// table with one object and CSV keep its line breaks; all else in it is as
// foreign as in String.
func Text(s string) Value { return Value{kind: kindText, text: s} }

// Exact returns text that has to come back from CSV as it was, such as a
// password: there it is written as it stands, even where a spreadsheet would
// take it for a formula. Elsewhere it is Text.
func Exact(s string) Value { return Value{kind: kindExact, text: s} }

// Int returns a whole number.
func Int(i int64) Value { return Value{kind: kindInt, num: i} }

// Bool returns a truth value.
func Bool(b bool) Value {
	if b {
		return Value{kind: kindBool, num: 1}
	}
	return Value{kind: kindBool}
}

// Time returns a time in whole seconds (a fraction is cut off); the zero time
// is null. One field always prints in one form, so it sorts as text.
func Time(t time.Time) Value {
	if t.IsZero() {
		return Null()
	}
	return Value{kind: kindSeconds, num: t.Unix()}
}

// TimeMilli returns a time with always three digits of a second's fraction,
// for what happens often, such as events; the zero time is null.
func TimeMilli(t time.Time) Value {
	if t.IsZero() {
		return Null()
	}
	return Value{kind: kindMillis, num: t.UnixMilli()}
}

// Nested returns an object as a value. It shares o's fields; nil is the object
// without fields, not null.
func Nested(o Object) Value { return Value{kind: kindObject, parts: o} }

// List returns a list of values; nil is the empty list, not null.
func List(items []Value) Value {
	parts := make([]Field, len(items))
	for i := range items {
		parts[i].Value = items[i]
	}
	return Value{kind: kindList, parts: parts}
}

// Objects returns a list of objects; nil is the empty list, not null.
func Objects(items []Object) Value {
	parts := make([]Field, len(items))
	for i := range items {
		parts[i].Value = Nested(items[i])
	}
	return Value{kind: kindList, parts: parts}
}

// Strings returns a list of texts; nil is the empty list, not null.
func Strings(items []string) Value {
	parts := make([]Field, len(items))
	for i := range items {
		parts[i].Value = String(items[i])
	}
	return Value{kind: kindList, parts: parts}
}

// IsNull reports whether v is absent.
func (v Value) IsNull() bool { return v.kind == kindNull }

// AsText returns the text of a String or a Text, "" of any other value.
func (v Value) AsText() string { return v.text }

// At returns the value under a dotted path such as "licence.plan", null if
// there is none.
func (o Object) At(path string) Value {
	name, rest, nested := strings.Cut(path, ".")
	for i := range o {
		if o[i].Name != name {
			continue
		}
		if !nested {
			return o[i].Value
		}
		return Object(o[i].Value.fields()).At(rest)
	}
	return Null()
}

// fields returns the fields of an object, none of anything else.
func (v *Value) fields() []Field {
	if v.kind != kindObject {
		return nil
	}
	return v.parts
}

// flat returns the fields of o with those of nested objects in their place
// under dotted names.
func (o Object) flat() Object { return appendFlat(make(Object, 0, len(o)+4), "", o) }

func appendFlat(dst Object, prefix string, o Object) Object {
	for i := range o {
		name := prefix + o[i].Name
		if inner := o[i].Value.fields(); len(inner) > 0 {
			dst = appendFlat(dst, name+".", inner)
			continue
		}
		dst = append(dst, Field{name, o[i].Value})
	}
	return dst
}
