#!/bin/sh
# Tells systemd which units are there. The database, its folder and backups
# stay, also when the package is purged: who wants them gone deletes them.
set -e
if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
	systemctl --quiet daemon-reload || true
fi
