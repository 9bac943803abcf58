package service

import (
	"fmt"
	"strings"
)

// someNames joins the first names of many, and says how many more there are.
func someNames(names []string, total int) string {
	text := strings.Join(names, ", ")
	if more := total - len(names); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
