// Package mail puts letters into words, in English, French and Swedish, and
// hands them to a mail server over SMTP.
//
// A mail is plain text and the same words as HTML: nothing in it is fetched
// from anywhere, nothing reports that it was read, and its only link is the one
// of the letter. The way to the server is protected by TLS with a verified
// certificate unless the configuration says none. Whom to write, and what
// becomes of it in the log, is left to others.
package mail
