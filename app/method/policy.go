package method

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Who is it that wants to write.
type Who uint8

const (
	Viewer      Who = iota // may write nothing
	Commenter              // comments, stamps, scores and agreements of their own
	Participant            // what the running step allows
	Facilitator            // everything
)

// Refusal says why an update is not taken; what to tell people is the text
// "method.refused." + it. Empty: the update is allowed.
type Refusal string

const (
	Taken          Refusal = ""
	RefusedReader  Refusal = "reader"  // may only look on
	RefusedComment Refusal = "comment" // may only comment
	RefusedPhase   Refusal = "phase"   // phases are made from step four on
	RefusedLane    Refusal = "lane"    // this lane is for a later step
	RefusedStep    Refusal = "step"    // this tool is for a later step
	RefusedLead    Refusal = "lead"    // only the facilitator does this
	RefusedLocked  Refusal = "locked"  // the facilitator has locked this
	RefusedDamaged Refusal = "damaged" // no update
)

// Allow decides whether an update may be taken into a document that is as the
// room has it now. It reads the update's operations and looks at nothing but
// what they name, so it costs what the update costs (M6).
func Allow(doc *crdt.Document, update []byte, who Who) Refusal {
	switch who {
	case Facilitator:
		return Taken
	case Viewer:
		return RefusedReader
	}
	head, err := crdt.Peek(update)
	if err != nil {
		return RefusedDamaged
	}
	g := guard{doc: doc, by: head.Replica, running: journey.StepIn(doc)}
	g.tools = allowed(g.running, false)
	for op, err := range crdt.Ops(update) {
		if err != nil {
			return RefusedDamaged
		}
		refused := Taken
		if op.Kind == crdt.OpCreate {
			if g.made == nil {
				g.made = map[crdt.ID]crdt.Kind{}
			}
			g.made[op.Object] = op.ObjectKind
		}
		if who == Commenter {
			refused = g.comment(op)
		} else {
			refused = g.participant(op)
		}
		if refused != Taken {
			return refused
		}
	}
	return Taken
}

// Why says why one thing that a participant wrote was refused, as Allow would; a
// page that has it taken back tells its author.
func Why(doc *crdt.Document, object crdt.ID, kind crdt.Kind, field crdt.Field, value []byte) Refusal {
	g := guard{doc: doc, running: journey.StepIn(doc), made: map[crdt.ID]crdt.Kind{object: kind}}
	g.tools = allowed(g.running, false)
	return g.participant(crdt.Op{Kind: crdt.OpSet, Object: object, Field: field, Value: value})
}

// A guard looks at one update.
type guard struct {
	doc     *crdt.Document
	by      crdt.ReplicaID
	running int
	tools   Tools
	made    map[crdt.ID]crdt.Kind // by this very update
}

func (g *guard) kind(id crdt.ID) crdt.Kind {
	if k, ok := g.made[id]; ok {
		return k
	}
	return g.doc.Kind(id)
}

// comment lets commenters make remarks and stamps, score notes and sign off, and
// change and take back their own: those that their own replica made.
func (g *guard) comment(op crdt.Op) Refusal {
	switch g.kind(op.Object) {
	case journey.KindComment, journey.KindStamp, journey.KindScore, journey.KindAgreement:
		if op.Kind == crdt.OpCreate || g.by == op.Object.Replica {
			return Taken
		}
	}
	return RefusedComment
}

func (g *guard) participant(op crdt.Op) Refusal {
	kind := g.kind(op.Object)
	if refused := g.locked(op, kind); refused != Taken {
		return refused
	}
	if kind == journey.KindMap {
		switch op.Field {
		case journey.RunnerStep, journey.RunnerTimer:
			return RefusedLead
		}
	}
	if g.running == 0 {
		return Taken
	}
	need := Tools(0)
	switch kind {
	case journey.KindMap, journey.KindDepartment, journey.KindComment, journey.KindStamp, journey.KindScore, journey.KindSetAside,
		journey.KindAgreement, journey.KindExtra:
		return Taken
	case journey.KindPhase:
		if g.tools&ToolPhases == 0 {
			return RefusedPhase
		}
		switch op.Field {
		case journey.BoundaryConcern, journey.BoundaryAttitudeFrom, journey.BoundaryAttitudeTo, journey.BoundaryFrom:
			if op.Kind != crdt.OpCreate && op.Kind != crdt.OpDelete && op.Kind != crdt.OpRestore {
				need = ToolBoundaries
			}
		}
	case journey.KindLane:
		return RefusedLead
	case journey.KindPersona:
		need = ToolPersonas
	case journey.KindNote:
		need = ToolNotes
		if op.Kind == crdt.OpSet && op.Field == journey.NotePlace {
			return g.lane(op)
		}
	case journey.KindLink:
		need = ToolNotes
	case journey.KindEmotion:
		need = ToolEmotions
	case journey.KindChannel:
		need = ToolChannels
	case journey.KindKPI:
		need = ToolMeasures
	case journey.KindShape, journey.KindStroke, journey.KindText, journey.KindImage:
		need = ToolNotes
	}
	if g.tools&need != need {
		return RefusedStep
	}
	return Taken
}

// lane looks at where a note is being put.
func (g *guard) lane(op crdt.Op) Refusal {
	if g.tools&ToolNotes == 0 {
		return RefusedStep
	}
	p := journey.PlaceOf(op.Value)
	if p.Free() {
		return Taken
	}
	if !p.Phase.IsZero() && g.tools&ToolPhases == 0 && g.doc.Exists(op.Object) && journey.PlaceOf(g.doc.Get(op.Object, journey.NotePlace)).Phase != p.Phase {
		return RefusedPhase // sorting into phases is step four, also where phases are there already
	}
	kind := journey.LaneKind(g.doc.Get(p.Lane, journey.LaneKindField))
	if !LaneAllowed(g.running, kind, false) {
		return RefusedLane
	}
	return Taken
}

// locked keeps what the facilitator has locked as it is, and the locks as well. A
// lane is locked with the notes in it, and none comes in.
func (g *guard) locked(op crdt.Op, kind crdt.Kind) Refusal {
	field := journey.NoteLocked
	switch kind {
	case journey.KindNote:
		if op.Kind == crdt.OpSet && op.Field == journey.NotePlace && g.isLocked(journey.PlaceOf(op.Value).Lane, journey.LaneLocked) ||
			g.isLocked(journey.PlaceOf(g.doc.Get(op.Object, journey.NotePlace)).Lane, journey.LaneLocked) {
			return RefusedLocked
		}
	case journey.KindLane:
		field = journey.LaneLocked
	case journey.KindShape, journey.KindStroke, journey.KindText, journey.KindImage:
		field = journey.DrawingLocked
	default:
		return Taken
	}
	if op.Kind == crdt.OpSet && op.Field == field {
		return RefusedLead
	}
	if g.isLocked(op.Object, field) {
		return RefusedLocked
	}
	return Taken
}

func (g *guard) isLocked(id crdt.ID, field crdt.Field) bool {
	lock := g.doc.Get(id, field)
	return len(lock) > 0 && lock[0] != 0 && g.doc.Exists(id)
}
