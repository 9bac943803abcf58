// Package pagefile knows the pages of the engine's file: what a meta page, a
// free list, a branch and a leaf look like on disk. It writes a whole new file
// from keys that come in order. It takes no lock, flushes nothing and knows
// nothing of records; the engine opens, checks and changes what it writes.
package pagefile
