package output

// AppendError appends an error as one line of JSON without its line break,
// the form in which `-o json` and `-o jsonl` report it on standard error:
//
//	{"error":{"code":"user.exists","message":"…","hint":"…","exit":4}}
//
// An empty code or hint is null.
func AppendError(dst []byte, code, message, hint string, exit int) []byte {
	return appendObject(dst, Object{{"error", Nested(Object{
		{"code", StringOrNull(code)},
		{"message", String(message)},
		{"hint", StringOrNull(hint)},
		{"exit", Int(int64(exit))},
	})}})
}
