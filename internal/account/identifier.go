package account

// Identifier is how a user is named by who is not signed in: by his address or by
// his id. One of the two is set.
type Identifier struct {
	Email Email
	ID    UserID
}

// ParseIdentifier reads an id (ParseUserID) or an address (ParseEmail, with its
// errors).
func ParseIdentifier(text string) (Identifier, error) {
	if id, ok := ParseUserID(text); ok {
		return Identifier{ID: id}, nil
	}
	email, err := ParseEmail(text)
	return Identifier{Email: email}, err
}

// String returns the address, or the id in its canonical text.
func (i Identifier) String() string {
	if i.ID.IsZero() {
		return i.Email.String()
	}
	return i.ID.String()
}
