package crdt

// A Code says why bytes or an edit were refused. Numbers are stable; new ones go to the end.
// A Code is itself an error, so that errors.Is(err, crdt.ErrHole) asks for the reason.
type Code uint8

const (
	ErrDamaged Code = 1 + iota // the bytes are not what an encoder of ours writes
	ErrTooNew                  // written by a later version of this package
	ErrHole                    // edits before these are missing
	ErrForeign                 // written in the name of another replica
	ErrAhead                   // stamps further ahead of the document than an honest writer can be
	ErrUnknown                 // refers to an object or character that this document does not know
	ErrTooLong                 // a value, text, update or document beyond its limit
	ErrMisuse                  // a call that makes no sense: a text written as a register, the root deleted
	ErrStale                   // what a server answers when Document.Stale says so: the replica must start from a snapshot
)

var codeNames = [...]string{"", "damaged", "too new", "hole", "foreign", "ahead", "unknown", "too long", "misuse", "stale"}

func (c Code) String() string {
	if int(c) < len(codeNames) {
		return codeNames[c]
	}
	return "unknown code"
}

// Error makes a Code the target of errors.Is.
func (c Code) Error() string { return "crdt: " + c.String() }

// Error is every error this package returns.
type Error struct {
	Code   Code
	Detail string
}

func (e *Error) Error() string { return "crdt: " + e.Code.String() + ": " + e.Detail }

// Unwrap gives the Code, for errors.Is.
func (e *Error) Unwrap() error { return e.Code }

func refuse(c Code, detail string) *Error { return &Error{c, detail} }
