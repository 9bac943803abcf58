package cli

import (
	_ "embed" // the texts of the topics
	"slices"
)

// Topic is a page of help that belongs to no single command.
type Topic struct {
	Name  string
	Short string
	Text  string
}

// The texts are files, so that they can be read and corrected as texts.
var (
	//go:embed topics/exit-codes.txt
	exitCodesText string
	//go:embed topics/environment.txt
	environmentText string
	//go:embed topics/output.txt
	outputText string
	//go:embed topics/import-formats.txt
	importFormatsText string
)

// Topics lists the pages in the order of the help.
func Topics() []Topic {
	return []Topic{
		{"exit-codes", "what each exit code means", exitCodesText},
		{"environment", "the variables usher reads", environmentText},
		{"output", "tables, JSON, JSON Lines, CSV, and errors", outputText},
		{"import-formats", "the files user import understands", importFormatsText},
	}
}

// findTopic returns the page of a name.
func findTopic(name string) (Topic, bool) {
	all := Topics()
	i := slices.IndexFunc(all, func(t Topic) bool { return t.Name == name })
	if i < 0 {
		return Topic{}, false
	}
	return all[i], true
}

func topicNames() []string {
	var names []string
	for _, t := range Topics() {
		names = append(names, t.Name)
	}
	return names
}
