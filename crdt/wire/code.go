package wire

import (
	"errors"

	"github.com/tabi-map/tabi/crdt"
)

// Code says why: why an edit was refused, why a connection closes, what a
// notice tells. Numbers and names are stable for ever; people read the words
// that i18n keeps under "code.<name>".
type Code uint16

const (
	CodeNone Code = 0

	// How the peer speaks.
	CodeBadFrame        Code = 1 // bytes that are no frame
	CodeUnknownFrame    Code = 2 // a frame type that this version does not have
	CodeUnexpectedFrame Code = 3 // a frame that has no place in this state
	CodeVersion         Code = 4 // no wire version in common: reload the page
	CodeFrameTooBig     Code = 5
	CodeHelloLate       Code = 6 // connected and said nothing

	// What the peer may do.
	CodeLinkUnknown Code = 10
	CodeLinkRevoked Code = 11
	CodeLinkExpired Code = 12
	CodeNotAllowed  Code = 13 // the role does not reach so far
	CodeRoleChanged Code = 14 // dial again and be welcomed with the new role
	CodeMapUnknown  Code = 15
	CodeMapDeleted  Code = 16
	CodeOrigin      Code = 17 // the page comes from a site that may not use this server

	// What is wrong with a batch.
	CodeEditDamaged  Code = 20
	CodeEditTooNew   Code = 21 // an encoding from the future
	CodeEditHole     Code = 22 // a batch before it is missing
	CodeEditForeign  Code = 23 // stamped by another replica
	CodeEditAhead    Code = 24 // stamped too far ahead
	CodeEditUnknown  Code = 25 // refers to what nobody made
	CodeEditTooLong  Code = 26 // a text or a value
	CodeMapFull      Code = 27
	CodeBatchTooBig  Code = 28
	CodeEditRejected Code = 29 // a rule of the server's, told in Detail

	// Who the replica is.
	CodeReplicaInUse Code = 30 // another connection took this replica over
	CodeReplicaStale Code = 31 // not known here: dial again with a zero Resume
	CodeReload       Code = 32 // too old to be caught up: dial again with an empty Have

	// How much.
	CodeTooFast     Code = 40
	CodeConnections Code = 41 // too many of this link or address
	CodeRoomFull    Code = 42
	CodeBusy        Code = 43
	CodeTooSlow     Code = 44 // the peer did not read; it resumes where it was
	CodeStoreFull   Code = 45 // edits wait until the server can store again
	CodeStoreDown   Code = 46

	// How the server is.
	CodeRestarting Code = 50
	CodeIdle       Code = 51 // no sign of life
	CodeMapDamaged Code = 52
	CodeInternal   Code = 53
	CodeGoodbye    Code = 54

	// Notices: said, nothing closes.
	NoticeReadOnlyStore Code = 60
	NoticeStoreBack     Code = 61
	NoticePresenceOff   Code = 62 // this peer reads slowly: it is spared cursors
	NoticeRestartSoon   Code = 63

	// What a client finds out by itself; never on the wire.
	CodeOffline    Code = 90 // nobody answered
	CodeSilent     Code = 91 // the connection went dead without a word
	CodeOutbox     Code = 92 // this browser does not keep unsent edits
	CodeOutboxOld  Code = 93 // kept edits could not be read
	CodeMapSetBack Code = 94 // the server has an older copy of the map than it had
)

type codeInfo struct {
	name  string
	close int  // WebSocket close code
	retry bool // dialling again by itself may help
}

// codes is the one table from codes to everything else (P9).
var codes = map[Code]codeInfo{
	CodeNone:            {"none", 1000, false},
	CodeBadFrame:        {"bad_frame", 4001, false},
	CodeUnknownFrame:    {"unknown_frame", 4002, false},
	CodeUnexpectedFrame: {"unexpected_frame", 4003, false},
	CodeVersion:         {"version", 4004, false},
	CodeFrameTooBig:     {"frame_too_big", 1009, false},
	CodeHelloLate:       {"hello_late", 4006, true},

	CodeLinkUnknown: {"link_unknown", 4010, false},
	CodeLinkRevoked: {"link_revoked", 4011, false},
	CodeLinkExpired: {"link_expired", 4012, false},
	CodeNotAllowed:  {"not_allowed", 4013, false},
	CodeRoleChanged: {"role_changed", 4014, true},
	CodeMapUnknown:  {"map_unknown", 4015, false},
	CodeMapDeleted:  {"map_deleted", 4016, false},
	CodeOrigin:      {"origin", 4017, false},

	CodeEditDamaged:  {"edit_damaged", 4020, false},
	CodeEditTooNew:   {"edit_too_new", 4021, false},
	CodeEditHole:     {"edit_hole", 4022, true},
	CodeEditForeign:  {"edit_foreign", 4023, false},
	CodeEditAhead:    {"edit_ahead", 4024, false},
	CodeEditUnknown:  {"edit_unknown", 4025, true},
	CodeEditTooLong:  {"edit_too_long", 4026, false},
	CodeMapFull:      {"map_full", 4027, false},
	CodeBatchTooBig:  {"batch_too_big", 4028, false},
	CodeEditRejected: {"edit_rejected", 4029, false},

	CodeReplicaInUse: {"replica_in_use", 4030, true},
	CodeReplicaStale: {"replica_stale", 4031, true},
	CodeReload:       {"reload", 4032, true},

	CodeTooFast:     {"too_fast", 4040, true},
	CodeConnections: {"connections", 4041, true},
	CodeRoomFull:    {"room_full", 4042, true},
	CodeBusy:        {"busy", 1013, true},
	CodeTooSlow:     {"too_slow", 4044, true},
	CodeStoreFull:   {"store_full", 4045, true},
	CodeStoreDown:   {"store_down", 4046, true},

	CodeRestarting: {"restarting", 1012, true},
	CodeIdle:       {"idle", 4051, true},
	CodeMapDamaged: {"map_damaged", 4052, false},
	CodeInternal:   {"internal", 1011, true},
	CodeGoodbye:    {"goodbye", 1000, false},

	NoticeReadOnlyStore: {"store_read_only", 4060, true},
	NoticeStoreBack:     {"store_back", 4061, true},
	NoticePresenceOff:   {"presence_off", 4062, true},
	NoticeRestartSoon:   {"restart_soon", 4063, true},

	CodeOffline:    {"offline", 4090, true},
	CodeSilent:     {"silent", 4091, true},
	CodeOutbox:     {"outbox", 4092, true},
	CodeOutboxOld:  {"outbox_old", 4093, true},
	CodeMapSetBack: {"map_set_back", 4094, true},
}

// String returns the stable short name; a code from a newer server is "other".
func (c Code) String() string {
	if info, ok := codes[c]; ok {
		return info.name
	}
	return "other"
}

// Key is where i18n keeps the words for people.
func (c Code) Key() string { return "code." + c.String() }

// CloseCode is the WebSocket close code under which a connection ends for
// this reason.
func (c Code) CloseCode() int {
	if info, ok := codes[c]; ok {
		return info.close
	}
	return 4000
}

// Retry reports whether a client should dial again by itself.
func (c Code) Retry() bool {
	info, ok := codes[c]
	return !ok || info.retry
}

// FromClose finds the reason in a WebSocket close: the close reason carries
// the code's name; a proxy that drops it leaves the number.
func FromClose(status int, reason string) Code {
	for c, info := range codes {
		if reason != "" && info.name == reason {
			return c
		}
	}
	if status == 1000 || status == 1001 || status < 0 {
		return CodeNone
	}
	for c, info := range codes {
		if info.close == status {
			return c
		}
	}
	return CodeNone
}

// Codes lists every code, so that catalogues can be checked for completeness.
func Codes() []Code {
	list := make([]Code, 0, len(codes))
	for c := Code(0); len(list) < len(codes); c++ {
		if _, ok := codes[c]; ok {
			list = append(list, c)
		}
	}
	return list
}

// Error is what Decode returns: a code and what exactly was wrong.
type Error struct {
	Code   Code
	Detail string
}

func (e *Error) Error() string { return "wire: " + e.Code.String() + ": " + e.Detail }

// FromEdit is the code under which an error of crdt goes over the wire.
func FromEdit(err error) Code {
	var e *crdt.Error
	if !errors.As(err, &e) {
		return CodeEditDamaged
	}
	switch e.Code {
	case crdt.ErrTooNew:
		return CodeEditTooNew
	case crdt.ErrHole:
		return CodeEditHole
	case crdt.ErrForeign:
		return CodeEditForeign
	case crdt.ErrAhead:
		return CodeEditAhead
	case crdt.ErrUnknown:
		return CodeEditUnknown
	case crdt.ErrTooLong:
		return CodeEditTooLong
	case crdt.ErrStale:
		return CodeReload
	}
	return CodeEditDamaged
}
