// Package account holds usher's vocabulary: organisations, sites, users,
// roles, the ids that name them, the texts they are made of and the kinds of
// error they can cause. It reads nothing, stores nothing and asks nobody; every
// other package of usher may import it, and it imports none of them.
package account
