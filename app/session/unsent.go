package session

import "github.com/tabi-map/tabi/crdt"

// Unacknowledged are the objects in which something was written that the server has not
// acknowledged yet.
func (s *Session) Unacknowledged() map[crdt.ID]bool {
	objects := map[crdt.ID]bool{}
	for _, update := range s.replica.Pending() {
		for op, err := range crdt.Ops(update) {
			if err != nil {
				break
			}
			objects[op.Object] = true
		}
	}
	return objects
}
