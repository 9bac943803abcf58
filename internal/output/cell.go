package output

import (
	"strconv"
	"strings"
	"time"
)

// look says how a table or CSV writes a value into one cell.
type look struct {
	null  string         // what stands for nothing
	local *time.Location // where a person reads it; nil: RFC 3339 in UTC
	lines bool           // keep the line breaks of Text
}

// appendCell appends v as the text of one cell, safe to show. Lists of plain
// values are joined with commas, objects and lists of them are JSON.
func (k *look) appendCell(dst []byte, v *Value) []byte {
	if v == nil {
		return append(dst, k.null...)
	}
	switch v.kind {
	case kindString, kindText, kindExact:
		return k.appendText(dst, v)
	case kindInt:
		return strconv.AppendInt(dst, v.num, 10)
	case kindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case kindSeconds, kindMillis:
		return k.appendTime(dst, v)
	case kindObject:
		return appendObject(dst, v.parts)
	case kindList:
		return k.appendList(dst, v)
	default:
		return append(dst, k.null...)
	}
}

func (k *look) appendText(dst []byte, v *Value) []byte {
	if v.text == "" {
		return append(dst, k.null...)
	}
	if v.kind == kindString || !k.lines {
		return appendSafe(dst, v.text)
	}
	for i, line := range strings.Split(v.text, "\n") {
		if i > 0 {
			dst = append(dst, '\n')
		}
		dst = appendSafe(dst, strings.TrimSuffix(line, "\r"))
	}
	return dst
}

func (k *look) appendTime(dst []byte, v *Value) []byte {
	if k.local == nil {
		return appendUTC(dst, v)
	}
	return v.instant().In(k.local).AppendFormat(dst, localTime)
}

func (k *look) appendList(dst []byte, v *Value) []byte {
	switch {
	case len(v.parts) == 0:
		return append(dst, k.null...)
	case v.hasObjects():
		return appendArray(dst, v.parts)
	}
	for i := range v.parts {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = k.appendCell(dst, &v.parts[i].Value)
	}
	return dst
}

// hasObjects reports whether v is a list of objects.
func (v *Value) hasObjects() bool {
	return v.kind == kindList && len(v.parts) > 0 && v.parts[0].Value.kind == kindObject
}
