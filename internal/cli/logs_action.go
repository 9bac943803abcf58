package cli

import (
	"errors"
	"slices"
	"strings"

	"github.com/usher-admin/usher/internal/account"
	"github.com/usher-admin/usher/internal/service"
)

// meantAction gives the error of an unknown action the closest known ones.
func meantAction(err error, typed string) error {
	var e *account.Error
	if !errors.As(err, &e) || e.Code != "action.unknown" {
		return err
	}
	return usageError("--action: %s", e.Message).Coded("usage.choice").Hintf("%s", actionHint(strings.ToLower(typed)))
}

// actionHint names the action that may have been meant, else the verbs of its
// noun, else the nouns.
func actionHint(typed string) string {
	known := service.LogActions()
	noun, verb, _ := strings.Cut(typed, ".")
	if verbs := verbsOf(noun, known); len(verbs) > 0 {
		if near := meant(verb, verbs); near != "" {
			return "did you mean " + noun + "." + near + "?"
		}
		return meantNoun(noun, verbs)
	}
	if near := nearest(typed, known); near != "" {
		return "did you mean " + near + "?"
	}
	nouns := nounsOf(known)
	if near := meant(noun, nouns); near != "" {
		return meantNoun(near, verbsOf(near, known))
	}
	return "it is one of these, or one of their actions, such as user.delete: " + strings.Join(nouns, ", ")
}

func meantNoun(noun string, verbs []string) string {
	return "did you mean " + noun + "? It stands for all of: " + strings.Join(verbs, ", ")
}

// verbsOf returns the verbs of a noun among actions.
func verbsOf(noun string, actions []string) (verbs []string) {
	for _, action := range actions {
		if verb, ok := strings.CutPrefix(action, noun+"."); ok {
			verbs = append(verbs, verb)
		}
	}
	return verbs
}

// nounsOf returns the nouns of actions, each once, and the actions that are one
// word.
func nounsOf(actions []string) (nouns []string) {
	for _, action := range actions {
		noun, _, _ := strings.Cut(action, ".")
		if !slices.Contains(nouns, noun) {
			nouns = append(nouns, noun)
		}
	}
	return nouns
}
