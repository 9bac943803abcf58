// Package keys holds usher's secrets and what is done with them: the
// organisation keys and the system key with the text people read aloud, the
// tokens and links that carry a right from one place to another, the vault key
// of the stored passwords, and the sealing that keeps all of them unreadable in
// the file.
//
// It promises that what was sealed for one purpose, instance, scope and place
// opens nowhere else; that a key typed with one wrong character, or with any
// two characters swapped, is refused before it is used; that two lists of
// fields never give the same bytes to a hash or a key; and that no secret gets
// into a text other than by its Reveal method. The limit of that last promise is
// the language's: fmt asks a type for its text only where it may, so a struct
// with a secret in an unexported field must not be printed whole, nor a secret
// with the verbs %p and %w, which vet refuses.
//
// Randomness is always an argument. The package reads no clock, keeps no
// records, decides about nobody's rights and knows no password rules: those are
// left to store, service, access and password.
package keys
