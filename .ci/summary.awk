# Reads "go test -v" and prints what a person wants of it: of a package that
# passed its closing line and the tests it skipped, of one that failed all but
# the tests that passed, and at once whatever is said outside of packages, such
# as errors of the compiler.

/^=== / { inside = 1; current = $3 }

/^(ok|FAIL|\?)[ \t]+[^ \t]/ {
	printf "%s", /^FAIL/ ? said : skipped
	print
	fflush()
	said = skipped = ""
	inside = 0
	delete reason
	next
}

!inside { print; fflush(); next }

/\.go:[0-9]+: / { reason[current] = $0 "\n" }
/^ *--- SKIP/ { skipped = skipped $0 "\n" reason[$3] }
!/^=== / && !/^ *--- PASS/ && !/^(PASS|FAIL)$/ { said = said $0 "\n" }

END { printf "%s", said }
