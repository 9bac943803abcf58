#!/bin/sh
# Makes a database of the schema that an usher writes, with a record of every
# kind, and what opens it. Usage: make.sh USHER FOLDER
set -eu
usher=$(realpath "$1")
mkdir "$2"
cd "$2"
export USHER_DB="$PWD/usher.db" USHER_STATE_DIR="$PWD/state" HOME="$PWD"
trap 'rm -rf state usher.db.lock usher.db.anchor usher.db.sums init.json list.txt' EXIT

echo 'Tre renar vid stationen' >anna@norrsken.example.pw
echo 'Snickaren sover i lastbilen' >bo@norrsken.example.pw
echo 'en lång tvätt' >router.secret
echo 'Långtradaren' >list.txt

usher() { "$usher" "$@" >/dev/null; }
"$usher" init --org 'Norrsken Logistik AB' --email anna@norrsken.example --first Anna --last Norr --password-stdin -o json <anna@norrsken.example.pw >init.json
umask 077
sed 's/.*"org_key":"\([^"]*\)".*/\1/' init.json >org.key
sed 's/.*"system_key":"\([^"]*\)".*/\1/' init.json >system.key

usher domain approve kiruna.example
usher licence buy Pro --seats 10
usher licence buy Post --seats 2 --kind mailbox
usher role add helpdesk --allow user.list,user.show
usher password policy set --min-length 12 --min-digits 0 --blocklist list.txt
usher user add bo@norrsken.example --first Bo --last Ek --type host --role admin --licence Pro --password-stdin <bo@norrsken.example.pw
usher user add eva@kiruna.example --role helpdesk --type host
usher user add ola@norrsken.example --licence Pro
usher user edit ola@norrsken.example --first Ola --last Berg
usher user delete ola@norrsken.example -y
usher site add Kiruna --admin nils@norrsken.example
usher mailbox add info@norrsken.example --licence Post
usher mailbox join info@norrsken.example bo@norrsken.example
usher secret add router --username root --value-stdin <router.secret
usher secret add old --generate
usher secret delete old -y
usher token add cron --allow user.list --expires 365d --secret-file cron.secret
usher invite link liv@norrsken.example
usher logs prune --before now --archive "$PWD/list.txt.archive" -y
rm list.txt.archive
usher user suspend eva@kiruna.example
"$usher" db check
