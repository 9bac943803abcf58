package config

import "strings"

// nearest returns the key that somebody meant who typed name, "" if no guess
// is good enough. A key that stands in the wrong section is the best guess.
func nearest(name string) string {
	typed := strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	best, least := "", 3
	for _, key := range keys {
		if lastPart(key.Name) == lastPart(typed) {
			return key.Name
		}
		for _, known := range []string{key.Name, section(key.Name)} {
			if d := distance(generalise(typed), known); known != "" && d < least && d < len(known) {
				best, least = known, d
			}
		}
	}
	return best
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// section returns the name before the first dot, "" if there is none.
func section(name string) string {
	before, _, found := strings.Cut(name, ".")
	if !found {
		return ""
	}
	return before
}

// distance counts the letters to add, drop or change until a is b. Texts that
// differ in length by more than a slip are far apart.
func distance(a, b string) int {
	const far = 1 << 10
	if len(a)-len(b) > 3 || len(b)-len(a) > 3 {
		return far
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		corner := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := corner
			if a[i] != b[j] {
				change++
			}
			corner = row[j+1]
			row[j+1] = min(change, corner+1, row[j]+1)
		}
	}
	return row[len(b)]
}
