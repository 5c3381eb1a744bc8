package board

import (
	"fmt"
	"testing"
)

func TestArrange(t *testing.T) {
	boxes := []Rect{{0, 0, 10, 10}, {50, 40, 20, 10}, {15, 80, 10, 20}}
	for _, c := range []struct {
		cmd  command
		want string
	}{
		{cmdAlignLeft, "[{0 0 10 10} {0 40 20 10} {0 80 10 20}]"},
		{cmdAlignRight, "[{60 0 10 10} {50 40 20 10} {60 80 10 20}]"},
		{cmdAlignMiddle, "[{0 45 10 10} {50 45 20 10} {15 40 10 20}]"},
		{cmdSpreadAcross, "[{0 0 10 10} {50 40 20 10} {25 80 10 20}]"},
		{cmdSpreadDown, "[{0 0 10 10} {50 40 20 10} {15 80 10 20}]"},
		{cmdStack, "[{0 0 10 10} {0 22 20 10} {0 44 10 20}]"},
	} {
		if got := fmt.Sprint(arrange(c.cmd, boxes)); got != c.want {
			t.Errorf("%d: %s, not %s", c.cmd, got, c.want)
		}
	}
}
