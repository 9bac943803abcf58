package shorthand

// words are texts that a number stands for. A word keeps its number for ever:
// new ones go to the end. The first 32 take one byte.
var words = [...]string{
	"user.import", "user", "user.add", "user.edit", "user.delete", "user.suspend", "ok", "denied",
	"failed", "login", "token", "system", "nobody", "status", "pending", "active",
	"suspended", "role", "member", "admin", "site", "mailbox", "licence.assign", "licence.plan",
	"licence.state", "assigned", "email", "first_name", "last_name", "password.change", "session.end", "secret.show",

	"user.resume", "user.unlock", "user.logout", "user.show", "user.list", "user.export", "logout", "init",
	"org.add", "org.edit", "org.show", "org.delete", "org.handover", "site.add", "site.edit", "site.delete",
	"domain.approve", "domain.revoke", "role.add", "role.edit", "role.delete", "licence.buy", "licence.drop", "licence.change",
	"licence.remove", "licence.transfer", "licence.activate", "mailbox.add", "mailbox.delete", "mailbox.join", "mailbox.leave", "invite.link",
	"invite.accept", "invite.revoke", "password.reset", "password.redeem", "password.forgot", "password.policy", "orgkey.show", "orgkey.send",
	"orgkey.accept", "orgkey.rotate", "orgkey.reset", "secret.add", "secret.edit", "secret.delete", "secret.import", "secret.export",
	"token.add", "token.revoke", "logs.list", "logs.export", "logs.prune", "recover.password", "recover.owner", "recover.unlock",
	"recover.orgkey", "recover.system-key", "db.restore", "db.repair", "db.migrate", "mail.test", "clock.backwards", "organisation",
	"domain", "plan", "secret", "log", "database", "type", "host", "individual",
	"auth", "local", "directory", "locale", "must_change_password", "password", "name", "slug",
	"owner", "site-admin", "licence.released", "tokens", "sessions", "expires_at", "seats", "kind",
	"failure", "mail", "allow", "records", "events", "archive", "schema",
}

// wordNumber returns the number of a word.
func wordNumber(text []byte) (uint64, bool) {
	for i, word := range &words {
		if len(word) == len(text) && word == string(text) {
			return uint64(i), true
		}
	}
	return 0, false
}
