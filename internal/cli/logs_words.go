package cli

import (
	"strings"

	"github.com/usher-admin/usher/internal/output"
)

// A table of events is read by people: what happened stands there in words, and
// whoever has no address by what he is. JSON and CSV have the values.

// whatWords says an action in words, without a tense: the result says whether it
// came to pass.
func whatWords(o output.Object) string {
	action := o.At("action").AsText()
	noun, verb, dotted := strings.Cut(action, ".")
	if words := wholeWords(action); words != "" || !dotted {
		return words
	}
	verb = strings.ReplaceAll(verb, "-", " ")
	if noun == "recover" {
		return noun + " " + verb
	}
	return verb + " " + nounWords(noun)
}

// wholeWords are the words of actions that are no verb and noun.
func wholeWords(action string) string {
	switch action {
	case "init":
		return "make database"
	case "login":
		return "sign in"
	case "logout":
		return "sign out"
	case "prove":
		return "give password again"
	case "clock.backwards":
		return "clock set back"
	case "user.logout":
		return "sign user out"
	case "invite.link":
		return "make invitation"
	case "password.policy":
		return "set password policy"
	case "licence.buy":
		return "buy licence seats"
	case "licence.drop":
		return "drop licence seats"
	}
	return ""
}

func nounWords(noun string) string {
	switch noun {
	case "org":
		return "organisation"
	case "orgkey":
		return "organisation key"
	case "invite":
		return "invitation"
	case "logs":
		return "log"
	case "db":
		return "database"
	case "token":
		return "service token"
	case "secret":
		return "stored password"
	}
	return noun
}

// whoWords names an actor who has no address.
func whoWords(o output.Object) string {
	if !o.At("actor.email").IsNull() {
		return ""
	}
	return refWords(o.At("actor.type").AsText(), o.At("actor.id").AsText())
}

// whomWords names a target that is no user with an address.
func whomWords(o output.Object) string {
	kind, name := o.At("target.type").AsText(), o.At("target.name").AsText()
	switch {
	case name == "":
		return refWords(kind, o.At("target.id").AsText())
	case kind == "user":
		return ""
	}
	return refWords(kind, name)
}

func refWords(kind, name string) string {
	switch {
	case kind == "system":
		return "system user"
	case kind == "user":
		return "erased user …" + name[max(0, len(name)-8):] // the end of an id tells most
	case kind == "", kind == "domain":
		return name
	case name == "":
		return kind
	}
	return nounWords(kind) + " " + name
}
