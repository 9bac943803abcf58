package faults

import "testing"

// change is a command that changes the first world.
type change struct {
	step
	steps bool // it commits more than once: what it did so far may be there
	bare  bool // it begins with no database
	look  bool // it changes nothing: its event says that somebody looked, also where he came to see nothing
}

// begin is the world that the change begins with.
func (c change) begin(t testing.TB) world {
	if c.bare {
		return emptyWorld(t)
	}
	return newWorld(t)
}

// system lets a command of the system user act.
const system = " --system-key-file @system.key --reason drill"

// changes is every changing command of usher, each with an object it finds in
// the first world.
func changes() []change {
	// What belongs to somebody else than the owner is done on his own device.
	other := func(in, do string) change { return change{step: step{in: in, do: do, device: "other"}, steps: true} }
	one := func(do string) change { return change{step: step{do: do}} }
	with := func(in, do string) change { return change{step: step{in: in, do: do}} }
	return []change{
		{step: furniture()[0], bare: true},
		one("user add new@norrsken.example --first New --licence " + plan),
		with(memberPassword+" too", "user add new@norrsken.example --password-stdin"),
		one("user edit bo@norrsken.example --first Bosse --email bosse@norrsken.example"),
		one("user edit mia@norrsken.example --type host"),
		one("user delete bo@norrsken.example mia@norrsken.example"),
		one("user delete mia@norrsken.example --erase"),
		one("user suspend bo@norrsken.example eva@norrsken.example"),
		one("user resume nils@norrsken.example"),
		one("user logout eva@norrsken.example"),
		with("email,first_name\nx1@norrsken.example,X\nx2@norrsken.example,Y\nx3@norrsken.example,Z\n", "user import - --licence "+plan),
		one("licence buy New --seats 7"),
		one("licence drop " + scarce + " --seats 2"),
		one("licence assign bo@norrsken.example sara@norrsken.example --plan " + plan),
		one("licence change mia@norrsken.example --plan " + scarce),
		one("licence remove mia@norrsken.example"),
		one("licence transfer mia@norrsken.example bo@norrsken.example"),
		one("licence activate mia@norrsken.example"),
		one("mailbox add more@norrsken.example --licence Boxes"),
		one("mailbox join box@norrsken.example bo@norrsken.example"),
		one("mailbox leave box@norrsken.example mia@norrsken.example"),
		one("mailbox delete box@norrsken.example"),
		one("domain approve one.example two.example"),
		one("domain revoke north.example"),
		one("role add help --allow user.list,secret.list,secret.show"),
		one("role edit auditor --allow user.unlock"),
		one("role delete auditor"),
		one("org edit --name Nordlicht --slug nordlicht"),
		with(ownerPassword, "org handover eva@norrsken.example --password-stdin"),
		with(ownerPassword, "org delete --confirm norrsken --password-stdin"),
		with(memberPassword, "org add Fjord --email liv@fjord.example --password-stdin"+system),
		one("site add Luleå --admin liv@norrsken.example"),
		one("site edit kiruna --name Gällivare"),
		one("site delete kiruna --move-to none"),
		one("invite link bo@norrsken.example"),
		one("invite link new@norrsken.example"),
		one("invite revoke bo@norrsken.example"),
		other("@bo.link\n"+memberPassword, "invite accept - --password-stdin"),
		other("@eva.link\n"+memberPassword+" too", "password redeem - --password-stdin --org-key-file @org.key"),
		other("@eva-key.link", "orgkey accept -"),
		{step: step{in: ownerPassword + "\n" + ownerPassword + " too", do: "password change --password-stdin"}, steps: true},
		one("password reset eva@norrsken.example"),
		one("password reset eva@norrsken.example --temporary"),
		one("password policy set --min-length 20"),
		one("orgkey send eva@norrsken.example"),
		with(ownerPassword, "orgkey rotate --password-stdin"),
		one("orgkey reset --email eva@norrsken.example --confirm norrsken" + system),
		one("orgkey reset --site kiruna --email liv@norrsken.example --confirm kiruna" + system),
		one("secret add router --username admin --generate"),
		one("secret edit vault --username admin --generate"),
		one("secret delete vault"),
		with("name,value\na,1\nb,2\n", "secret import -"),
		with(ownerPassword, "token add night --allow user.list --password-stdin"),
		one("token revoke clerk"),
		{step: step{in: ownerPassword, do: "login " + ownerEmail + " --password-stdin"}, steps: true},
		{step: step{do: "logout"}},
		{step: step{do: "logs prune --before 1s --archive @archive" + system}, steps: true},
		one("db compact"),
		one("recover password eva@norrsken.example" + system),
		one("recover password eva@norrsken.example --temporary" + system),
		one("recover owner eva@norrsken.example" + system),
		one("recover unlock eva@norrsken.example" + system),
		{step: step{do: "recover orgkey" + system}, look: true},
		one("recover system-key --secret-file @system2.key" + system),
	}
}

// TestEveryChangeChanges keeps the other tests honest: each of these commands
// does something where nothing stands in its way.
func TestEveryChangeChanges(t *testing.T) {
	for _, c := range changes() {
		w := c.begin(t)
		o := finish(c.command(w))
		if o.code != 0 {
			t.Errorf("usher %s: %v", c.do, o)
		}
	}
}
