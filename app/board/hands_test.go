package board

import (
	"fmt"
	"strings"
	"testing"
)

// A script of hands in, what they meant out. Words: press, move, lift, hold
// (half a second passes), cancel; each with pointer, device letter and place.
func TestHands(t *testing.T) {
	for _, c := range []struct {
		name, script, want string
		held               grip
		space              bool
	}{
		{"a tap", "press 1m 10 10; lift 1m 11 10", "tap1 10,10", gripDrag, false},
		{"a double tap", "press 1m 10 10; lift 1m 10 10; press 1m 12 10; lift 1m 12 10", "tap1 10,10; tap2 12,10", gripDrag, false},
		{"two taps far apart in time are two taps", "press 1m 10 10; lift 1m 10 10; hold; press 1m 10 10; lift 1m 10 10", "tap1 10,10; tap1 10,10", gripDrag, false},
		{"a hand that trembles still taps", "press 1t 10 10; move 1t 16 10; lift 1t 16 10", "tap1 10,10", gripDrag, false},
		{"a drag begins where the press was", "press 1m 10 10; move 1m 20 10; move 1m 30 15; lift 1m 30 15", "start 10,10; move 20,10; move 30,15; drop 30,15", gripDrag, false},
		{"empty space pans", "press 1m 10 10; move 1m 20 12; move 1m 21 12; lift 1m 21 12", "pan 10,2; pan 1,0; panend", gripPan, false},
		{"space pans over anything, at once", "press 1m 10 10; move 1m 11 10; lift 1m 11 10", "pan 1,0; panend", gripDrag, true},
		{"two fingers pan and zoom", "press 1t 0 0; press 2t 100 0; move 2t 200 0; lift 1t 0 0; move 2t 210 0; lift 2t 210 0", "pan 50,0; zoom 2 100,0; pan 10,0; panend", gripDrag, false},
		{"a second finger takes a drag back", "press 1t 0 0; move 1t 20 0; press 2t 100 0; lift 2t 100 0; lift 1t 20 0", "start 0,0; move 20,0; cancel; panend", gripDrag, false},
		{"a finger that rests asks for the menu, and then means nothing", "press 1t 5 5; hold; move 1t 90 5; lift 1t 90 5", "menu 5,5", gripDrag, false},
		{"a mouse that rests does not", "press 1m 5 5; hold; lift 1m 5 5", "tap1 5,5", gripDrag, false},
		{"the browser takes the pointer", "press 1m 0 0; move 1m 20 0; cancel 1m 0 0; move 1m 30 0; press 1m 1 1; lift 1m 1 1", "start 0,0; move 20,0; cancel; tap1 1,1", gripDrag, false},
		{"a palm beside the pen is not there", "press 1p 0 0; press 2t 300 300; move 1p 20 0; lift 2t 300 300; lift 1p 20 0", "start 0,0; move 20,0; drop 20,0", gripDrag, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			h := hands{space: c.space, grip: func(press) grip { return c.held }}
			h.do = func(a act) {
				switch a.kind {
				case actTap:
					got = append(got, fmt.Sprintf("tap%d %v,%v", a.n, a.x, a.y))
				case actPan:
					got = append(got, fmt.Sprintf("pan %v,%v", a.dx, a.dy))
				case actZoom:
					got = append(got, fmt.Sprintf("zoom %v %v,%v", a.factor, a.x, a.y))
				default:
					name := map[actKind]string{actDragStart: "start", actDragMove: "move", actDrop: "drop", actDragCancel: "cancel", actMenu: "menu", actPanEnd: "panend"}[a.kind]
					if a.kind != actDragCancel && a.kind != actPanEnd {
						name += fmt.Sprintf(" %v,%v", a.x, a.y)
					}
					got = append(got, name)
				}
			}
			now := int64(1000)
			for _, line := range strings.Split(c.script, "; ") {
				var verb string
				var dev rune
				p := press{}
				fmt.Sscanf(line, "%s %d%c %g %g", &verb, &p.id, &dev, &p.x, &p.y)
				p.dev = map[rune]device{'m': mouse, 't': touch, 'p': pen}[dev]
				now += 10
				switch verb {
				case "press":
					h.press(p, now)
				case "move":
					h.move(p, now)
				case "lift":
					h.release(p, now)
				case "cancel":
					h.cancel(p.id)
				case "hold":
					now += holdAfter
					h.tick(now)
				}
			}
			if g := strings.Join(got, "; "); g != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", c.script, g, c.want)
			}
			if h.state != handsFree || len(h.down) != 0 {
				t.Errorf("the hands are not free at the end: state %d, %d down", h.state, len(h.down))
			}
		})
	}
}
