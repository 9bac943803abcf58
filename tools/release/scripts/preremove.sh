#!/bin/sh
# Stops the timers when the package goes: "remove" is what dpkg says then, 0
# what rpm says. An upgrade leaves them as they are.
set -e
if [ "$1" = remove ] || [ "$1" = 0 ]; then
	if [ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ]; then
		systemctl --quiet disable --now usher-backup.timer usher-checkpoint.timer || true
	fi
fi
