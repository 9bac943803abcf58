package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/usher-admin/usher/internal/output"
)

// columnsNote is where a command notes what --columns can name.
const columnsNote = "columns"

// prints notes, among a command's annotations, the fields of what it prints, for
// its help, its manual page and the completion of --columns.
func prints(spec output.Spec) map[string]string {
	return map[string]string{columnsNote: strings.Join(spec.Paths(), ",")}
}

// columnsOf returns the fields of what a command prints, none if it prints no
// objects.
func columnsOf(cmd *cobra.Command) []string {
	note := cmd.Annotations[columnsNote]
	if note == "" {
		return nil
	}
	return strings.Split(note, ",")
}
