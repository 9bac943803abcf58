#!/usr/bin/env bash
# Shows usher at work: an organisation on a database in a temporary folder,
# which is removed at the end. Usage: demo.sh PATH-OF-USHER
#
# Every command is said before it runs. A command that is meant to be refused
# is run by "refused", which fails the demo if it is not.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
usher=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
import=$root/testdata/import
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

# Nothing of the person who runs the demo takes part in it.
for name in $(compgen -e USHER_ || true); do unset "$name"; done
export HOME=$place XDG_CONFIG_HOME=$place/config XDG_DATA_HOME=$place/data XDG_STATE_HOME=$place/state
export USHER_DB=$place/data/usher.db USHER_STATE_DIR=$place/device
mkdir "$place/bin" && ln -s "$usher" "$place/bin/usher"
PATH=$place/bin:$PATH

title() { printf '\n\033[1m%s\033[0m\n' "== $*"; }
[ -t 1 ] || title() { printf '\n== %s\n' "$*"; }

# run says a command line and runs it as a shell would.
run() {
	printf '\n$ %s\n' "$*"
	eval "$*" 2>&1
}

# refused CODE runs a command line that must end with that exit code.
refused() {
	local want=$1 got=0
	shift
	printf '\n$ %s\n' "$*"
	eval "$*" 2>&1 || got=$?
	printf '(exit code %s)\n' "$got"
	[ "$got" = "$want" ] || { echo "demo: exit code $want was expected" >&2; exit 1; }
}

umask 077
echo 'a reindeer crosses the road at dawn' >owner.txt
echo 'correct horse battery staple' >orjan.txt
cp "$import/m365-export.csv" "$import/hashes.csv" .

title "A new database for an organisation"
run 'usher init --org "Norrsken Logistik" --email anna@norrsken.example --first Anna --last Norr \
    --password-stdin < owner.txt | tee init.txt'
awk '$1 == "org_key" { print $2 }' init.txt >org.key

title "The export of Microsoft 365: every row is checked before one is taken"
refused 5 'usher user import m365-export.csv --dry-run --report faults.csv --quiet'
run 'head -n 3 faults.csv'
run 'usher domain approve norrsken-logistique.example --reason "the branch in Nantes"'
run 'usher user import m365-export.csv --reason "moving in"'

title "Another file, of people who have passwords in another system"
run 'usher user import hashes.csv --upsert --keep-going'

title "Who is there"
run 'usher user list --match berg'
run 'usher user list --status suspended --columns email,first_name,last_name,status'
run "usher user show orjan.sjostrom@norrsken.example -o json"

title "What is refused, and what to type instead"
refused 5 'usher user add eve@elsewhere.example'
refused 4 'usher user add ASA.Lindqvist@norrsken.example'
refused 2 'usher user lst'

title "A dry run: all of it, and then taken back"
run 'usher user delete asa.lindqvist@norrsken.example --dry-run'
run 'usher user show asa.lindqvist@norrsken.example --columns email,status -o csv'

title "An imported user signs in on another device, with the password he always had"
export USHER_STATE_DIR=$place/another-device
run 'usher login orjan.sjostrom@norrsken.example --org-key-file org.key --password-stdin < orjan.txt'
refused 6 'usher user add me.too@norrsken.example'
run 'usher logout'
export USHER_STATE_DIR=$place/device

title "An invitation, without any mail"
run 'usher invite link nils@norrsken.example --first Nils --columns email,expires_at,link -o csv'

title "The log of it all"
run 'usher logs -n 8'
run 'usher logs --user orjan.sjostrom@norrsken.example -o jsonl | cut -c 1-160'
run 'usher db info'

title "Done: the folder $place is removed"
