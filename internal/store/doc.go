// Package store keeps usher's records in one bbolt file. It opens the file for
// one transaction, guards it with a lock file of its own, checks every record
// it reads, keeps indexes and counters beside the records, and keeps the log's
// lines in the transaction of the change. It knows nothing of permissions and
// decides nothing: package service is its only user.
//
// Below the typed reads and writes the engine is used at one narrow seam, get,
// put, delete and scan of ordered keys, in engine.go.
package store
