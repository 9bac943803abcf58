package output

import "strconv"

// AppendJSON appends v as compact JSON. Besides what JSON demands it escapes
// every character that Safe would show, so the result is harmless on a terminal
// and still decodes to the same text; bytes that are no UTF-8 become U+FFFD,
// since JSON cannot hold them. It does not escape for HTML.
func AppendJSON(dst []byte, v Value) []byte { return appendJSON(dst, &v) }

func appendJSON(dst []byte, v *Value) []byte {
	switch v.kind {
	case kindString, kindText, kindExact:
		return appendQuoted(dst, v.text)
	case kindObject:
		return appendObject(dst, v.parts)
	case kindList:
		return appendArray(dst, v.parts)
	default:
		return appendScalar(dst, v)
	}
}

// appendScalar appends what is neither text nor made of parts.
func appendScalar(dst []byte, v *Value) []byte {
	switch v.kind {
	case kindInt:
		return strconv.AppendInt(dst, v.num, 10)
	case kindBool:
		return strconv.AppendBool(dst, v.num != 0)
	case kindSeconds, kindMillis:
		dst = append(dst, '"')
		dst = appendUTC(dst, v)
		return append(dst, '"')
	default:
		return append(dst, "null"...)
	}
}

func appendObject(dst []byte, fields []Field) []byte {
	dst = append(dst, '{')
	for i := range fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, fields[i].Name)
		dst = append(dst, ':')
		dst = appendJSON(dst, &fields[i].Value)
	}
	return append(dst, '}')
}

func appendArray(dst []byte, items []Field) []byte {
	dst = append(dst, '[')
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendJSON(dst, &items[i].Value)
	}
	return append(dst, ']')
}

// appendIndented appends v for people: two spaces a level, the first line not
// indented because the caller has placed it.
func appendIndented(dst []byte, v *Value, level int) []byte {
	if len(v.parts) == 0 {
		return appendJSON(dst, v)
	}
	open, shut := byte('{'), byte('}')
	if v.kind == kindList {
		open, shut = '[', ']'
	}
	dst = append(dst, open)
	for i := range v.parts {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendNewLine(dst, level+1)
		if v.kind == kindObject {
			dst = appendQuoted(dst, v.parts[i].Name)
			dst = append(dst, ": "...)
		}
		dst = appendIndented(dst, &v.parts[i].Value, level+1)
	}
	return append(appendNewLine(dst, level), shut)
}

func appendNewLine(dst []byte, level int) []byte {
	dst = append(dst, '\n')
	for range level {
		dst = append(dst, "  "...)
	}
	return dst
}
