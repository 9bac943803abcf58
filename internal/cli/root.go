package cli

import (
	"slices"
	"sync"

	"github.com/spf13/cobra"
)

// noun is one branch of the tree. Only the branches a command line names are
// built: the first millisecond counts.
type noun struct {
	name    string
	aliases []string
	short   string
	group   string
	build   func(*app) *cobra.Command
}

// The groups of the root's help.
const (
	groupStart  = "start"
	groupPeople = "people"
	groupKeys   = "keys"
	groupWatch  = "watch"
	groupHouse  = "house"
)

// nouns lists every branch in the order of the help.
func nouns() []noun {
	return []noun{
		{name: "init", short: "Make a new database with its first organisation", group: groupStart, build: newInitCmd},
		{name: "login", short: "Sign in", group: groupStart, build: newLoginCmd},
		{name: "logout", short: "End the session on this device", group: groupStart, build: newLogoutCmd},
		{name: "whoami", short: "Show who acts", group: groupStart, build: newWhoamiCmd},
		{name: "user", short: "Add, show, change, delete and import users", group: groupPeople, build: newUserCmd},
		{name: "invite", short: "Invite users by link, and accept an invitation", group: groupPeople, build: newInviteCmd},
		{name: "org", short: "Make, show, change and hand over organisations", group: groupPeople, build: newOrgCmd},
		{name: "site", short: "Make and look after sites", group: groupPeople, build: newSiteCmd},
		{name: "role", short: "Show what roles permit, and make your own", group: groupPeople, build: newRoleCmd},
		{name: "domain", short: "Approve the mail domains of users", group: groupPeople, build: newDomainCmd},
		{name: "licence", aliases: []string{"license"}, short: "Buy seats of plans and give them to users and mailboxes", group: groupPeople, build: newLicenceCmd},
		{name: "mailbox", short: "Make shared mailboxes and say who reads them", group: groupPeople, build: newMailboxCmd},
		{name: "session", short: "List and end sessions", group: groupPeople, build: newSessionCmd},
		{name: "token", short: "Make tokens for scripts, list and revoke them", group: groupPeople, build: newTokenCmd},
		{name: "password", short: "Change, reset and test passwords, and set their policy", group: groupPeople, build: newPasswordCmd},
		{name: "orgkey", short: "Pass the organisation key on", group: groupKeys, build: newOrgkeyCmd},
		{name: "secret", short: "Store passwords, show, change and export them", group: groupKeys, build: newSecretCmd},
		{name: "mail", short: "Try the way mail is sent", group: groupHouse, build: newMailCmd},
		{name: "recover", short: "Break glass with the system key", group: groupKeys, build: newRecoverCmd},
		{name: "logs", short: "Read who did what", group: groupWatch, build: newLogsCmd},
		{name: "db", short: "Look after the database file", group: groupHouse, build: newDBCmd},
		{name: "config", short: "Show, check and write the configuration", group: groupHouse, build: newConfigCmd},
		{name: "completion", short: "Print the completion script of a shell", group: groupHouse, build: newCompletionCmd},
		{name: "help", short: "Show the help of a command, or a topic", group: groupHouse, build: func(*app) *cobra.Command { return newHelpCmd() }},
		{name: "version", short: "Show the version", group: groupHouse, build: newVersionCmd},
	}
}

// groups are the headings of the root's help.
func groups() []*cobra.Group {
	return []*cobra.Group{
		{ID: groupStart, Title: "Getting in"},
		{ID: groupPeople, Title: "People"},
		{ID: groupKeys, Title: "Keys and passwords"},
		{ID: groupWatch, Title: "Watching"},
		{ID: groupHouse, Title: "The house"},
	}
}

// declaredOrder keeps the commands in the order in which they were added, which
// is that of the help. Cobra sorts them by name unless told once for all.
var declaredOrder sync.Once

// newRoot builds the tree as far as args need it.
func newRoot(a *app, args []string) *cobra.Command {
	declaredOrder.Do(func() { cobra.EnableCommandSorting = false })
	a.typed = args
	root := &cobra.Command{
		Use:   "usher COMMAND",
		Short: "An admin tool for a small directory of people",
		Long: `usher keeps organisations, sites, users, licences, invitations, organisation
keys, stored passwords and an event log in one file on this machine.`,
		Example: `  usher init --org "Norrsken Logistik" --email anna@norrsken.example
  usher domain approve norrsken.example
  usher user add bo@norrsken.example --first Bo --last Ek
  usher user list --status pending -o json
  usher logs --since 7d`,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, args []string) error { return runRoot(a, cmd, args) },
		Args:          cobra.ArbitraryArgs,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetOut(a.env.Stdout)
	root.SetErr(a.env.Stderr)
	root.SetIn(a.env.Stdin)
	root.SetFlagErrorFunc(flagError)
	root.AddGroup(groups()...)
	addGlobalFlags(root, a)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { showHelp(a, cmd) })
	root.Flags().Bool("version", false, "show the version, like usher version")
	addNouns(root, a, args)
	if completing(args) {
		a.mute = true
		addCompletion(a, root)
		plainUsages(root)
	} else {
		finish(root)
	}
	return root
}

// addNouns adds the branches. A command line that begins with one needs no other:
// nothing is left to be suggested, and the root's help is not shown.
func addNouns(root *cobra.Command, a *app, args []string) {
	all := nouns()
	if first := slices.IndexFunc(all, func(n noun) bool { return n.begins(args) }); first >= 0 {
		root.AddCommand(all[first].command(a, args))
		root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true})
		return
	}
	for _, n := range all {
		cmd := n.command(a, args)
		root.AddCommand(cmd)
		if n.name == "help" {
			root.SetHelpCommand(cmd)
		}
	}
}

// runRoot answers who typed no command.
func runRoot(a *app, cmd *cobra.Command, args []string) error {
	if wanted, err := cmd.Flags().GetBool("version"); err != nil || wanted {
		return showVersion(a)
	}
	return answerGroup(cmd, args)
}

// command builds the branch if the arguments name it, else what the root's help
// and suggestions need of it.
func (n noun) command(a *app, args []string) *cobra.Command {
	var cmd *cobra.Command
	if n.named(args) {
		cmd = n.build(a)
	} else {
		cmd = &cobra.Command{Use: n.name, Run: func(*cobra.Command, []string) {}}
	}
	cmd.Short, cmd.GroupID, cmd.Aliases = n.short, n.group, n.aliases
	return cmd
}

// begins reports whether the arguments begin with the branch. Help looks at all
// branches.
func (n noun) begins(args []string) bool {
	return len(args) > 0 && n.name != "help" && (args[0] == n.name || slices.Contains(n.aliases, args[0]))
}

// named reports whether the arguments may lead to the branch.
func (n noun) named(args []string) bool {
	for _, arg := range args {
		if arg == n.name || arg == everything || slices.Contains(n.aliases, arg) {
			return true
		}
	}
	return false
}

// everything as an argument of newRoot builds the whole tree.
const everything = "\x00everything"

// finish goes over the built tree: what holds for every command is done here.
func finish(cmd *cobra.Command) {
	guardValues(cmd.PersistentFlags())
	guardValues(cmd.Flags())
	cmd.DisableFlagsInUseLine = false
	for _, child := range cmd.Commands() {
		finish(child)
	}
}
