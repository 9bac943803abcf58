// Package sums keeps one check for each page of the database in a file beside
// it. The file follows from the database and is never flushed, so after a crash
// it may hold any mix of what was written to it at any time. It is a tree of
// checks, three levels high, whose root names the state of the database that it
// belongs to: what is not wholly of that state is not used. It knows nothing of
// what stands in a page.
package sums
