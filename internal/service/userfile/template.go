package userfile

// Template returns what `usher user template` prints: the columns of FormUsher
// and one example. Only email must be there, and the order is free. CSV has no
// comments, so the example is a row; its domain is one that nobody has
// approved, so that a template imported as printed is refused with its line.
func Template() []byte {
	return []byte("email,first_name,last_name,type,role,site,locale,licence,password_hash,directory\n" +
		"anna.larsson@example.com,Anna,Larsson,host,member,,en,,,\n")
}
