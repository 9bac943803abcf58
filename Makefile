# Everything a developer runs. "make" alone lists the targets.
#
# Variables that can be set on the command line:
#   TESTFLAGS  more flags for go test, such as -v or -run NAME
#   RACE_PKGS  the packages that are tested once more with the race detector
#   BENCH      which benchmarks bench-go runs (a regular expression)
#   BENCHFLAGS more flags for bench and bench-quick, such as -only show
#   FUZZTIME   how long each fuzz target runs
#   VERSION    the version to stamp, instead of the one git tells
#
# USHER_NO_SKIP=1 in the environment says that every tool the tests can use is
# installed. A test that would skip for want of one then fails instead, and
# .ci/run, which sets it, fails on any test that was skipped all the same.

SHELL       := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The version comes from git where there is a repository with a tag, and is
# still a version where there is none: a source archive, a clone without tags.
VERSION ?= $(or $(shell git describe --tags --dirty 2>/dev/null | sed 's/^v//'),0.0.0-dev)
COMMIT  := $(or $(shell git rev-parse --verify --quiet HEAD 2>/dev/null),none)
DATE    := $(or $(shell TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd 2>/dev/null),unknown)

# The time of the commit, for whatever would name the time it was made at.
EPOCH := $(or $(shell git log -1 --format=%ct 2>/dev/null),0)

# The stamp above replaces go's own, which fails in a clone that git distrusts
# and would make two builds of the same source differ.
export GOFLAGS += -buildvcs=false

LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT) -X main.date=$(DATE)

# Where the program begins, on systems that have what is done there.
TARGET = $(shell go env GOOS)/$(shell go env GOARCH)
ENTRY  = $(if $(filter linux/amd64 linux/arm64,$(TARGET)),-E github.com/usher-admin/usher/internal/timerslack.begin)

LINTER   := go tool -modfile=tools/lint/go.mod golangci-lint
RELEASER := go tool -modfile=tools/release/go.mod goreleaser

RACE_DIRS := $(wildcard internal/store internal/service internal/cli internal/audit internal/term internal/mail)
RACE_PKGS ?= $(patsubst %,./%/...,$(RACE_DIRS))
TESTFLAGS ?=
BENCH     ?= .
FUZZTIME  ?= 10s

.PHONY: help
help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The linker writes its file page by page, in no order, and so it lies in the
# kernel's cache: mapping it costs a quarter more at each start than mapping a
# file that was written in one go, as every package manager writes it.
.PHONY: build
build: ## build bin/usher, static and stamped with its version
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS) $(ENTRY)' -o bin/usher.linked ./cmd/usher
	install -m 755 bin/usher.linked bin/usher
	rm bin/usher.linked

.PHONY: demo
demo: build ## show usher at work, on a database in a temporary folder
	tools/demo/demo.sh bin/usher

.PHONY: man
man: ## write the manual pages to bin/man
	rm -rf bin/man
	SOURCE_DATE_EPOCH='$(EPOCH)' go run ./internal/manual -man bin/man -version '$(VERSION)'

.PHONY: reference
reference: ## write docs/reference anew from the help of the commands
	go test ./internal/manual -run TestTheReferenceIsFresh -update

.PHONY: test
test: ## run every test, and those of RACE_PKGS again under the race detector
	go test $(TESTFLAGS) ./...
	$(if $(strip $(RACE_PKGS)),CGO_ENABLED=1 go test -race $(TESTFLAGS) $(RACE_PKGS))

.PHONY: lint
lint: ## check formatting, go vet and golangci-lint
	@unformatted=$$(gofmt -l .); \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	$(LINTER) config verify
	$(LINTER) run --allow-parallel-runners

.PHONY: bench
bench: build ## measure usher against its peers with a million users, for docs/performance.md
	go run ./tools/bench -page docs/performance.md $(BENCHFLAGS)

.PHONY: bench-quick
bench-quick: build ## the same with ten thousand users, in a minute
	go run ./tools/bench -users 10000 -effort 0.2 $(BENCHFLAGS)

.PHONY: bench-go
bench-go: ## run the benchmarks of the packages
	go test -run '^$$' -bench '$(BENCH)' -benchmem $(TESTFLAGS) ./...

.PHONY: login-timing
login-timing: ## hold how long sign-ins that fail take against each other, 200 runs each
	go test ./cmd/usher -run '^$$' -bench '^Benchmark(Login|Forgot)$$' -benchtime 200x -timeout 60m

.PHONY: tamper
tamper: ## tamper with a log of 10,000 events in 10,000 ways, and want each found and named
	USHER_TAMPER=10000 go test ./internal/service -run '^TestEveryTampering' -v -timeout 120m

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	@targets=$$(go test -list '^Fuzz' ./... | awk '/^Fuzz/ { name[n++] = $$1 } /^ok/ { while (n > 0) print $$2, name[--n] }'); \
	if [ -z "$$targets" ]; then echo "no fuzz target yet"; exit 0; fi; \
	while read -r package target; do \
		echo "$$package $$target"; \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime '$(FUZZTIME)' "$$package"; \
	done <<<"$$targets"

.PHONY: damage
damage: ## damage a database in 100,000 ways; none may be silent
	USHER_DAMAGE=100000 go test -count=1 -timeout 2h -v -run "NoDamageIsSilent|DamagesAreSilent" $(TESTFLAGS) ./internal/store

.PHONY: walk
walk: ## walk at random over every operation, 500 walks of 400 steps
	USHER_WALK=500 go test -count=1 -timeout 4h -v $(TESTFLAGS) -run RandomWalk ./internal/service

.PHONY: faults
faults: ## break usher on purpose, the long form of internal/faults (hours)
	USHER_FAULTS=long go test -count=1 -timeout 12h -v $(TESTFLAGS) ./internal/faults

.PHONY: portable
portable: ## build for every other system of the releases, and vet one of them
	@for target in $(OTHER_TARGETS); do \
		echo "$$target"; \
		GOOS=$${target%/*} GOARCH=$${target#*/} CGO_ENABLED=0 go build -trimpath -o /dev/null ./cmd/usher; \
	done
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go vet ./cmd/... ./internal/...

OTHER_TARGETS := linux/arm64 darwin/amd64 darwin/arm64

.PHONY: package
package: build ## make bin/usher.deb of bin/usher
	tools/release/prepare.sh '$(VERSION)'
	cd tools/release && go run . -version '$(VERSION)' -date '$(STAMP)'

# The time of the commit as package files bear it.
STAMP := $(if $(filter unknown,$(DATE)),1970-01-01T00:00:00Z,$(DATE))

.PHONY: package-test
package-test: package ## install bin/usher.deb below a folder, use it and remove it
	cd tools/release && USHER_DEB='$(CURDIR)/bin/usher.deb' go test -count=1 $(TESTFLAGS) .

.PHONY: snapshot
snapshot: ## build archives, packages and their bills into dist/ without publishing them
	$(RELEASER) check
	$(SNAPSHOT_REMOTE) $(RELEASER) release --snapshot --clean

.PHONY: reproducible
reproducible: snapshot ## make the snapshot twice and compare every byte
	rm -rf bin/first && mkdir -p bin && mv dist bin/first
	$(MAKE) snapshot
	cd bin/first && sha256sum $(RELEASED) >../first.sums
	cd dist && sha256sum --check ../bin/first.sums

# What people download.
RELEASED := *.tar.gz *.deb *.rpm *.cdx.json checksums.txt

.PHONY: screenshot
screenshot: build ## draw docs/demo.svg, the demo as it looks on a terminal
	go run ./tools/screenshot -o docs/demo.svg -- tools/demo/demo.sh bin/usher

# Goreleaser takes commit, date and version from git only where a remote is
# set; a checkout without one lends it the project's address for the run.
SNAPSHOT_REMOTE = $(if $(shell git remote 2>/dev/null),,GIT_CONFIG_COUNT=1 \
	GIT_CONFIG_KEY_0=remote.origin.url \
	GIT_CONFIG_VALUE_0=https://github.com/usher-admin/usher)

.PHONY: clean
clean: ## remove what the other targets made
	rm -rf bin dist
