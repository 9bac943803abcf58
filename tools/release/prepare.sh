#!/usr/bin/env bash
# Puts what archives and packages hold besides the program into bin/package:
# manual pages, completion, configuration, licences. The same source gives the
# same bytes. "make build" comes first. Usage: prepare.sh VERSION
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$1
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct)}"
export SOURCE_DATE_EPOCH
out=bin/package
rm -rf "$out"
mkdir -p "$out/completion"

go run ./internal/manual -man "$out/man" -version "$version"
cp -r "$out/man" "$out/man-packed"
find "$out/man-packed" -type f -exec gzip -9n {} +

for shell in bash zsh fish; do
	bin/usher completion "$shell" >"$out/completion/usher.$shell"
done
bin/usher config init --config "$PWD/$out/usher.yaml" -q >/dev/null
chmod 644 "$out/usher.yaml"

go run ./tools/licences -o "$out/licences.txt" ./cmd/usher
gzip -9nk "$out/licences.txt"
gzip -9nc docs/CHANGELOG.md >"$out/changelog.gz"
gzip -9nc >"$out/changelog.Debian.gz" <<END
usher (${version/-/\~}-1) stable; urgency=low

  * Packed as it was released; what is new stands in changelog.gz.

 -- the usher authors <usher@users.noreply.github.com>  $(date -R -u -d "@$SOURCE_DATE_EPOCH")
END
