package userfile

// What a file may hold. Beyond these a row is faulty, or the file is refused;
// nothing is cut in silence.
const (
	// MaxCell is the size of one cell or JSON value in bytes, unless
	// Options.MaxCell says otherwise. Nothing usher keeps of a user comes near it.
	MaxCell = 64 << 10

	// MaxLine is the size of one line of JSON Lines in bytes.
	MaxLine = 1 << 20

	// MaxColumns is the number of columns of a CSV file.
	MaxColumns = 1000

	// MaxColumnName is the size of one column's name in bytes.
	MaxColumnName = 512

	// MaxFaults is how many faults of one row are told.
	MaxFaults = 20

	// sampleSize is how many bytes at the start decide on the encoding. It is
	// also the size of the read buffer, in which the header line must fit.
	sampleSize = 64 << 10

	// shownRunes is how much of a foreign value a message may quote.
	shownRunes = 60

	// shownColumns is how many columns a message lists.
	shownColumns = 20
)
