package journey

import (
	"bytes"

	"github.com/tabi-map/tabi/crdt"
)

// references are the registers that hold one object's ID each.
var references = map[crdt.Kind][]crdt.Field{
	KindMap:       {ThemeStartNote, ThemeGoalNote},
	KindPhase:     {PhaseInto, BoundaryFrom},
	KindNote:      {NoteDepartment, NotePersona, NoteOwner, NoteKPI},
	KindLink:      {LinkFrom, LinkTo},
	KindEmotion:   {EmotionPersona, EmotionPhase, EmotionNote},
	KindChannel:   {ChannelOwner},
	KindKPI:       {KPIPhase, KPIOwner},
	KindComment:   {CommentOn, CommentDepartment, CommentParent},
	KindScore:     {ScoreNote, ScoreDepartment},
	KindSetAside:  {SetAsideSubject},
	KindStamp:     {StampNote, StampDepartment},
	KindAgreement: {AgreementDepartment, AgreementPhase},
}

// places are the registers that hold a Place.
var places = map[crdt.Kind]crdt.Field{
	KindNote: NotePlace, KindShape: DrawingPlace, KindStroke: DrawingPlace, KindText: DrawingPlace, KindImage: DrawingPlace,
}

// Rewrite returns the value of a register with every object ID in it passed through id.
// Edits made offline whose replica number has gone stale are made anew under another one;
// objects that they created get new IDs, and what pointed to them must follow.
func Rewrite(k crdt.Kind, f crdt.Field, value []byte, id func(crdt.ID) crdt.ID) []byte {
	if at, ok := places[k]; ok && at == f {
		p := PlaceOf(value)
		tail, ok := bytes.CutPrefix(value, p.Bytes())
		if !ok {
			return value // a form that this version does not know
		}
		p.Phase, p.Lane = id(p.Phase), id(p.Lane)
		return append(p.Bytes(), tail...)
	}
	for _, reference := range references[k] {
		if reference != f {
			continue
		}
		// A register may hold a name instead, where the file that it came from did.
		if old := refOf(value); !old.IsZero() && bytes.Equal(RefBytes(old), value) {
			return RefBytes(id(old))
		}
	}
	return value
}
