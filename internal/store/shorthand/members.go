package shorthand

// The members of a line have numbers, which are for ever. The first one, seq,
// has none: it is the number that a line is kept under.
const (
	memberLike = 1 + iota
	memberTime
	memberAction
	memberOutcome
	memberActor
	memberOrg
	memberReason
	memberOrigin
	memberTarget
	memberSite
	memberChanges
	memberPersonal
	memberRecords

	members // how many, and one
)

// names are the members by their numbers, as they stand in a line.
var names = [members]string{
	memberLike: `,"like":`, memberTime: `,"time":"`, memberAction: `,"action":"`, memberOutcome: `,"outcome":"`,
	memberActor: `,"actor":"`, memberOrg: `,"org":`, memberReason: `,"reason":"`, memberOrigin: `,"origin":{"uid":`,
	memberTarget: `,"target":"`, memberSite: `,"site":`, memberChanges: `,"changes":[`, memberPersonal: `,"personal":"`,
	memberRecords: `,"records":{"`,
}

// What an origin has besides the two numbers it begins with, as bits.
var originTexts = [...]string{`,"sudo_user":"`, `,"tty":"`, `,"host":"`}

// changeNames stand before the three texts of a change.
var changeNames = [...]string{`{"field":"`, `,"from":"`, `,"to":"`}

const (
	lineBegin = `{"seq":`
	loginUID  = `,"login_uid":`
	pid       = `,"pid":`
)

// The number that a record of a line begins with: three flags, and how many
// bytes of its key follow. A key has its kind and organisation first where
// recordOrg is set, and then ends in the id that the line named last where
// recordOfID is set as well.
const (
	recordMore = 1 << iota // another one follows
	recordGone             // it has no hash
	recordOrg
	recordOfID
	recordSize = iota // where the number of bytes begins
)

const (
	hashSize   = 16
	orgKeySize = 1 + 4 // kind and organisation
)

// A text is a number and what it says: the number's two last bits are one of
// these, the others a size or the number of a word.
const (
	textPlain  = iota // so many bytes follow
	textWord          // a word
	textWordID        // a word, a colon, and an id, of which the bytes follow
	textBits   = 2
)
