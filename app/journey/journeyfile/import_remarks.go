package journeyfile

import (
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

func (w *walk) comment(r *record) {
	id := w.e.Create(journey.KindComment)
	r.made(journey.KindComment, id, false)
	for _, on := range commentTargets {
		if to := r.ref(on.key, on.kind); !to.IsZero() {
			w.e.Set(id, journey.CommentOn, journey.RefBytes(to))
			break
		}
	}
	r.write(id, journey.CommentAuthor, "by")
	w.refer(r, id, journey.CommentDepartment, "department", journey.KindDepartment)
	r.insert(id, journey.CommentText, "text")
	r.flag(id, journey.CommentResolved, "resolved")
	w.refer(r, id, journey.CommentParent, "reply_to", journey.KindComment)
	r.write(id, journey.CommentAt, "at")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) drawing(r *record) {
	kind := crdt.Kind(0)
	s := r.need("kind")
	for k, name := range drawingKinds {
		if name == s {
			kind = k
		}
	}
	if kind == 0 {
		if s != "" {
			w.problem(r.n.get("kind"), r.at("kind"), "not_one_of", s, "shape, stroke, text, image")
		}
		return
	}
	id := w.e.Create(kind)
	r.made(journey.KindShape, id, true) // one list, whatever they are
	p := journey.Place{Lane: r.ref("lane", journey.KindLane), Phase: r.ref("phase", journey.KindPhase)}
	x, _ := r.number("x", -1e7, 1e7)
	y, _ := r.number("y", -1e7, 1e7)
	p.X, p.Y = float32(x), float32(y)
	w.e.Set(id, journey.DrawingPlace, p.Bytes())
	width, _ := r.number("w", 0, 1e7)
	height, _ := r.number("h", 0, 1e7)
	w.e.Set(id, journey.DrawingSize, journey.SizeBytes(float32(width), float32(height)))
	r.insert(id, journey.DrawingText, "text")
	r.write(id, journey.DrawingShape, "shape")
	if n := r.member("points", text); n != nil {
		w.e.Set(id, journey.DrawingPoints, unhex(n.text))
	}
	r.write(id, journey.DrawingStyle, "style")
	r.write(id, journey.DrawingImage, "image")
	r.figure(id, journey.DrawingTurn, "turn", -unlimited, unlimited)
	r.write(id, journey.DrawingAuthor, "by")
	r.flag(id, journey.DrawingLocked, "locked")
	r.write(id, journey.DrawingAlt, "alt")
	r.write(id, journey.DrawingGroup, "group")
	r.write(id, journey.FieldColor, "color")
	r.keep(id, journey.FieldExtra, nil)
}

// connector reads a link that does not begin at a note: its ends are written
// "note:n001", "drawing:d2".
func (w *walk) connector(r *record) {
	from, to, rel := w.end(r, "from"), w.end(r, "to"), r.need("rel")
	if from.IsZero() || to.IsZero() || rel == "" {
		return
	}
	id := w.link(from, to, journey.Rel(rel))
	r.write(id, journey.LinkLabel, "label")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) end(r *record, key string) crdt.ID {
	s := r.need(key)
	for name, kind := range endKinds {
		if len(s) > len(name) && s[:len(name)] == name && s[len(name)] == ':' {
			return w.find(r.n.get(key), r.at(key), kind, s[len(name)+1:])
		}
	}
	if s != "" {
		w.problem(r.n.get(key), r.at(key), "unknown_reference", s)
	}
	return crdt.ID{}
}

func (w *walk) score(r *record) {
	id := w.e.Create(journey.KindScore)
	w.refer(r, id, journey.ScoreNote, "note", journey.KindNote)
	r.write(id, journey.ScorePerson, "by")
	w.refer(r, id, journey.ScoreDepartment, "department", journey.KindDepartment)
	r.figure(id, journey.ScoreImpact, "impact", 1, 5)
	r.figure(id, journey.ScoreEffort, "effort", 1, 5)
	r.figure(id, journey.ScoreEmotion, "emotion", -2, 2)
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) stamp(r *record) {
	id := w.e.Create(journey.KindStamp)
	w.refer(r, id, journey.StampNote, "note", journey.KindNote)
	r.write(id, journey.StampFace, "face")
	r.write(id, journey.StampAuthor, "by")
	w.refer(r, id, journey.StampDepartment, "department", journey.KindDepartment)
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) setAside(r *record) {
	id := w.e.Create(journey.KindSetAside)
	r.write(id, journey.SetAsideCode, "code")
	if r.str("subject") != "" {
		if to := w.end(r, "subject"); !to.IsZero() {
			w.e.Set(id, journey.SetAsideSubject, journey.RefBytes(to))
		}
	}
	r.write(id, journey.SetAsideReason, "reason")
	r.write(id, journey.SetAsideBy, "by")
	r.write(id, journey.SetAsideAt, "at")
	r.keep(id, journey.FieldExtra, nil)
}

func (w *walk) agreement(r *record) {
	id := w.e.Create(journey.KindAgreement)
	w.refer(r, id, journey.AgreementDepartment, "department", journey.KindDepartment)
	r.write(id, journey.AgreementPerson, "by")
	w.refer(r, id, journey.AgreementPhase, "phase", journey.KindPhase)
	r.write(id, journey.AgreementAt, "at")
	r.write(id, journey.AgreementVersion, "version")
	r.keep(id, journey.FieldExtra, nil)
}
