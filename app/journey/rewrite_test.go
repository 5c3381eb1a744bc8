package journey

import (
	"bytes"
	"testing"

	"github.com/tabi-map/tabi/crdt"
)

// TestRewrite shows that references follow objects that got new IDs, and that all other
// values stay as they are, byte for byte.
func TestRewrite(t *testing.T) {
	before, after, other := crdt.ID{Counter: 700, Replica: 3}, crdt.ID{Counter: 900, Replica: 8}, crdt.ID{Counter: 5, Replica: 1}
	move := func(id crdt.ID) crdt.ID {
		if id == before {
			return after
		}
		return id
	}
	cases := []struct {
		name        string
		kind        crdt.Kind
		field       crdt.Field
		value, want []byte
	}{
		{"a link follows its note", KindLink, LinkTo, RefBytes(before), RefBytes(after)},
		{"a link to an older note stays", KindLink, LinkTo, RefBytes(other), RefBytes(other)},
		{"a place follows its phase", KindNote, NotePlace, Place{Phase: before, Lane: other, X: 3, Y: 4}.Bytes(), Place{Phase: after, Lane: other, X: 3, Y: 4}.Bytes()},
		{"a free place stays free", KindNote, NotePlace, Place{X: 1, Y: 2}.Bytes(), Place{X: 1, Y: 2}.Bytes()},
		{"a name is no reference", KindComment, CommentDepartment, []byte("sales"), []byte("sales")},
		{"a text that looks like a reference is none", KindNote, NoteAuthor, RefBytes(before), RefBytes(before)},
		{"unset stays unset", KindNote, NoteOwner, nil, nil},
		{"what stands after a place stays", KindNote, NotePlace, append(Place{Phase: before}.Bytes(), 7), append(Place{Phase: after}.Bytes(), 7)},
		{"a place of another form is left alone", KindNote, NotePlace, []byte{7}, []byte{7}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Rewrite(c.kind, c.field, c.value, move); !bytes.Equal(got, c.want) {
				t.Errorf("got %x, want %x", got, c.want)
			}
		})
	}
}
