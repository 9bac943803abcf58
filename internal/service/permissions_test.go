package service

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/usher-admin/usher/internal/access"
	"github.com/usher-admin/usher/internal/account"
)

// leastCells is how many cells the permission table has at least.
const leastCells = 3000

// TestPermissions tries every permission by every actor on every target, on a
// real service and a real file, and holds the answers against the rules as
// permissions_rules_test.go states them. It keeps docs/permissions.md:
// USHER_UPDATE=1 go test ./internal/service -run TestPermissions
func TestPermissions(t *testing.T) {
	st := newStage(t)
	table := &permissionTable{t: t, cells: make(map[string]string)}
	table.users(st)
	table.organisation(st)
	table.reach(st)
	table.sites(st)
	table.roles(st)
	if table.count < leastCells {
		t.Errorf("the table has %d cells, want at least %d", table.count, leastCells)
	}
	for _, p := range access.All() {
		if !table.tried[p] {
			t.Errorf("%s is in no part of the table", p)
		}
	}
	if !t.Failed() {
		keepPage(t, table.page())
	}
}

// permissionTable collects the cells.
type permissionTable struct {
	t     *testing.T
	count int
	cells map[string]string // by row and actor: on whom it is allowed
	tried map[access.Permission]bool
	rows  [4][]string
}

func (p *permissionTable) judge(row string, who person, whom string, err error, want answer) {
	p.t.Helper()
	p.count++
	got := answerOf(p.t, err)
	if want == strange && account.CodeOf(err) == "domain.not_approved" {
		got = strange
	}
	if got != want {
		p.t.Errorf("%s by %s on %s: got %s (%v), want %s", row, who.name, whom, got, err, want)
	}
}

// note keeps what a cell of the page shows.
func (p *permissionTable) note(row string, who person, letter string, allowed bool) {
	if allowed {
		p.cells[row+"/"+who.name] += letter
	}
}

func (p *permissionTable) users(st *stage) {
	trials := trialsOnUsers()
	for _, do := range p.order(0, trialNames(trials)) {
		for _, who := range actors() {
			if !who.nobody {
				want := onUser(who, do, who.asUser(), true)
				p.judge(do, who, "himself", trials[access.Permission(do)](context.Background(), st, st.services[who.name], who.email), want)
				p.note(do, who, himself, want == yes)
			}
			for _, whom := range targets() {
				want := onUser(who, do, whom, who.email == whom.email)
				p.judge(do, who, whom.name, trials[access.Permission(do)](context.Background(), st, st.services[who.name], whom.email), want)
				p.note(do, who, whom.letter, want == yes && who.email != whom.email)
			}
			p.ghost(st, do, who, trials[access.Permission(do)])
			p.mailbox(st, do, who, trials[access.Permission(do)])
		}
	}
}

// ghost tries a permission on an address that belongs to nobody. The answer is
// the same as for somebody of the other organisation: it does not tell who there
// is.
func (p *permissionTable) ghost(st *stage, do string, who person, try onOne) {
	if do == string(access.InviteLink) { // he would be invited
		return
	}
	nobodyThere := person{name: "an address of nobody", email: "ghost@norrsken.example", role: "member", abroad: !who.abroad}
	st.sessions[nobodyThere.email], st.tokens[nobodyThere.email] = strings.Repeat("0", 32), "of-ghost"
	want := onUser(who, do, nobodyThere, false)
	p.judge(do, who, nobodyThere.name, try(context.Background(), st, st.services[who.name], nobodyThere.email), want)
}

// mailboxLetter is the shared mailbox among the targets of licences.
const mailboxLetter = "I"

func (p *permissionTable) mailbox(st *stage, do string, who person, try onOne) {
	if !strings.HasPrefix(do, "licence.") {
		return
	}
	want := onOrganisation(who, do)
	if who.abroad {
		want = unseen
	}
	p.judge(do, who, "the mailbox", try(context.Background(), st, st.services[who.name], "info@norrsken.example"), want)
	p.note(do, who, mailboxLetter, want == yes)
}

func (p *permissionTable) organisation(st *stage) {
	trials := trialsOnOrganisation()
	for _, do := range p.order(1, trialNames(trials)) {
		for _, who := range actors() {
			want := onOrganisation(who, do)
			if who.abroad && within(do, "role.edit role.delete domain.revoke") { // those of the first organisation
				want = unseen
			}
			p.judge(do, who, "the organisation", trials[access.Permission(do)](context.Background(), st.services[who.name], who), want)
			p.note(do, who, "yes", onOrganisation(who, do) == yes)
		}
	}
}

func (p *permissionTable) reach(st *stage) {
	trials := trialsOnReach()
	for _, do := range p.order(2, trialNames(trials)) {
		for _, who := range actors() {
			want := onReach(who, do)
			p.judge(do, who, "his reach", trials[access.Permission(do)](context.Background(), st.services[who.name], who), want)
			p.note(do, who, "yes", want == yes)
		}
	}
}

func (p *permissionTable) sites(st *stage) {
	trials := trialsOnSites()
	for _, do := range p.order(3, trialNames(trials)) {
		for _, who := range actors() {
			for _, site := range []account.Slug{"kiruna", "lulea", "malmo"} {
				want := onSite(who, do, site, site == "malmo")
				p.judge(do, who, string(site), trials[access.Permission(do)](context.Background(), st.services[who.name], site), want)
				p.note(do+" --site", who, string(site[:1]), want == yes)
			}
		}
	}
}

// roles tries to give every role to users on whom the actor may act or not.
func (p *permissionTable) roles(st *stage) {
	for _, role := range []account.RoleName{"owner", "admin", "site-admin", "member", "desk", "clerk"} {
		for _, who := range actors() {
			for _, whom := range targets() {
				if whom.role == role || whom.email == who.email {
					continue
				}
				_, err := st.services[who.name].EditUser(context.Background(), whom.email.String(), UserEdit{Role: &role})
				want := givingRole(who, "user.edit", whom, role)
				if who.abroad && want == yes && (role == "desk" || role == "clerk") { // those of the first organisation
					want = unseen
				}
				p.judge("giving the role "+string(role), who, whom.name, err, want)
			}
		}
	}
}

func trialNames[T any](trials map[access.Permission]T) []access.Permission {
	var list []access.Permission
	for _, p := range access.All() {
		if _, ok := trials[p]; ok {
			list = append(list, p)
		}
	}
	return list
}

// order notes the rows of a part and returns their names.
func (p *permissionTable) order(part int, list []access.Permission) []string {
	if p.tried == nil {
		p.tried = make(map[access.Permission]bool)
	}
	for _, do := range list {
		p.tried[do] = true
		p.rows[part] = append(p.rows[part], string(do))
	}
	return p.rows[part]
}

// keepPage holds the page against docs/permissions.md, or writes it.
func keepPage(t *testing.T, page string) {
	t.Helper()
	path := filepath.Join("..", "..", "docs", "permissions.md")
	if os.Getenv("USHER_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(path)
	if err != nil || string(kept) != page {
		t.Errorf("docs/permissions.md does not say what the table found (%v); write it with: USHER_UPDATE=1 go test ./internal/service -run TestPermissions", err)
	}
}

// page is docs/permissions.md.
func (p *permissionTable) page() string {
	var b strings.Builder
	b.WriteString(pageHead)
	for _, role := range builtInRoles() {
		fmt.Fprintf(&b, "| %s | %s |\n", role, ruleText(roleWords(role)))
	}
	fmt.Fprintf(&b, "\nEverybody, to himself: %s.\n", ruleText(ownWords))
	b.WriteString("\n## On users\n\n" + pageUsers + "\n")
	for _, whom := range targets() {
		fmt.Fprintf(&b, "- `%s` %s\n", whom.letter, whom.name)
	}
	fmt.Fprintf(&b, "- `%s` a shared mailbox, which belongs to the whole organisation\n\n", mailboxLetter)
	p.part(&b, p.rows[0], "")
	b.WriteString("\n## On what belongs to the whole organisation\n\n")
	p.part(&b, p.rows[1], "")
	b.WriteString("\n## Within one's reach: the organisation, or the site one belongs to\n\n")
	p.part(&b, p.rows[2], "")
	b.WriteString("\n## On sites\n\n`k` is Kiruna, `l` Luleå, `m` Malmö of the other organisation. The site admin and the site member belong to Kiruna.\n\n")
	p.part(&b, p.rows[3], " --site")
	fmt.Fprintf(&b, pageFoot, p.count, ruleText(deskWords), ruleText(clerkWords), ruleText(tokenWords))
	return b.String()
}

// ruleText spells "* -org.delete" out.
func ruleText(words string) string {
	var with, without []string
	for _, w := range strings.Fields(words) {
		if word, out := strings.CutPrefix(w, "-"); out {
			without = append(without, "`"+word+"`")
		} else {
			with = append(with, "`"+w+"`")
		}
	}
	text := strings.Join(with, ", ")
	if len(without) > 0 {
		text += ", but not " + strings.Join(without, ", ")
	}
	return text
}

// part writes one part of the table; rows that are alike share one.
func (p *permissionTable) part(b *strings.Builder, rows []string, suffix string) {
	var columns []string
	for _, who := range actors() {
		if at := entry(who); at != signIn {
			columns = append(columns, who.name)
		}
	}
	fmt.Fprintf(b, "| | %s |\n|---|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
	var lines []string
	names := make(map[string][]string)
	for _, row := range rows {
		cells := ""
		for _, name := range columns {
			cells += " " + p.cells[row+suffix+"/"+name] + " |"
		}
		if !slices.Contains(lines, cells) {
			lines = append(lines, cells)
		}
		names[cells] = append(names[cells], "`"+row+"`")
	}
	for _, cells := range lines {
		fmt.Fprintf(b, "| %s |%s\n", strings.Join(names[cells], " "), cells)
	}
}

const pageHead = `# Who may do what to whom

This page is written by the test that tries every cell of it on a real database (` + "`USHER_UPDATE=1 go test ./internal/service -run TestPermissions`" + `);
the test fails when the page is stale. The rules are in ` + "`internal/access`" + `.

A permission is the ` + "`noun.verb`" + ` of the command it allows. Two laws stand over all roles: nobody acts on somebody who may do more than
himself, and nobody grants what he does not have. A consequence worth knowing: members have ` + "`secret.list`" + ` and ` + "`secret.show`" + `, so
a role or a token that shall act on members needs those two as well.

| role | permits |
|---|---|
`

const pageUsers = `A letter says on whom the actor may do it; on nobody else. What he may not do is refused with exit 6, or is not found (exit 3) where
it lies beyond his site or his organisation. ` + "`S`" + ` is himself. Suspended and pending users, and nobody, are asked to sign in (exit 7).
`

const pageFoot = `
## The actors

- The custom role permits %[2]s.
- That of the site's user permits %[3]s. What belongs to the whole organisation means nothing in a site.
- The token was given %[4]s; its maker is the admin.

%[1]d cells were tried.
`
