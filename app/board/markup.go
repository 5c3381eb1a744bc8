package board

import (
	"github.com/tabi-map/tabi/app/scene"
)

// markup writes a display list as SVG, coloured by the page's tokens, so that a
// theme can change without drawing anew. Only groups that want allows are
// written; what stands outside any group always is.
func markup(dst []byte, marks []scene.Mark, want func(scene.Target) bool) []byte {
	skip := 0
	for i := range marks {
		m := &marks[i]
		switch {
		case m.Shape == scene.Begin && (skip > 0 || !want(m.Target)):
			skip++
			continue
		case m.Shape == scene.End && skip > 0:
			skip--
			continue
		case skip > 0 || m.Shape == scene.Begin || m.Shape == scene.End:
			continue
		}
		dst = mark(dst, m)
	}
	return dst
}

// Markup writes a display list as SVG with its groups, which begin opens: so the
// pages draw the other views.
func Markup(dst []byte, marks []scene.Mark, begin func([]byte, *scene.Mark) []byte) []byte {
	for i := range marks {
		switch m := &marks[i]; m.Shape {
		case scene.Begin:
			dst = begin(dst, m)
		case scene.End:
			dst = append(dst, "</g>"...)
		default:
			dst = mark(dst, m)
		}
	}
	return dst
}

// Attribute writes an attribute of markup whose value is anyone's text.
func Attribute(b []byte, name, value string) []byte {
	b = append(b, ' ')
	b = append(b, name...)
	b = append(b, '=', '"')
	b = escape(b, value)
	return append(b, '"')
}

func mark(b []byte, m *scene.Mark) []byte {
	switch m.Shape {
	case scene.Box:
		b = append(b, "<rect"...)
		b = length(b, "x", m.Rect.X)
		b = length(b, "y", m.Rect.Y)
		b = length(b, "width", m.Rect.W)
		b = length(b, "height", m.Rect.H)
		if m.Radius > 0 {
			b = length(b, "rx", m.Radius)
		}
	case scene.Disc:
		b = append(b, "<ellipse"...)
		c := m.Rect.Center()
		b = length(b, "cx", c.X)
		b = length(b, "cy", c.Y)
		b = length(b, "rx", m.Rect.W/2)
		b = length(b, "ry", m.Rect.H/2)
	case scene.Path:
		b = append(b, `<path d="`...)
		b = escape(b, m.D)
		b = append(b, '"')
	case scene.Words:
		b = append(b, "<text"...)
		b = length(b, "x", m.Rect.X)
		b = length(b, "y", m.Rect.Y)
		b = length(b, "font-size", m.Size)
		if m.RTL {
			b = append(b, ` direction="rtl"`...)
		}
		switch {
		case m.Anchor == scene.AtMiddle:
			b = append(b, ` text-anchor="middle"`...)
		case m.RTL == (m.Anchor == scene.AtStart): // an end is where the text ends
			b = append(b, ` text-anchor="end"`...)
		}
		if m.Bold {
			b = append(b, ` font-weight="600"`...)
		}
		if m.Halo != scene.InkNone {
			b = ink(b, "stroke", m.Halo)
			b = append(b, ` stroke-width="4" paint-order="stroke"`...)
		}
	case scene.Image:
		b = append(b, `<image href="`...)
		b = escape(b, m.Text)
		b = append(b, '"')
		b = length(b, "x", m.Rect.X)
		b = length(b, "y", m.Rect.Y)
		b = length(b, "width", m.Rect.W)
		b = length(b, "height", m.Rect.H)
	default:
		return b
	}
	b = ink(b, "fill", m.Fill)
	if m.Stroke != scene.InkNone {
		b = ink(b, "stroke", m.Stroke)
		b = length(b, "stroke-width", m.Weight)
		if m.Shape == scene.Path {
			b = append(b, ` stroke-linecap="round" stroke-linejoin="round"`...)
		}
		switch m.Dash {
		case scene.Dashed:
			b = append(b, ` stroke-dasharray="6 4"`...)
		case scene.Dotted:
			b = append(b, ` stroke-dasharray="1 4"`...)
		case scene.LongDash:
			b = append(b, ` stroke-dasharray="14 6"`...)
		}
	}
	if m.Fade > 0 {
		b = length(b, "opacity", 1-m.Fade)
	}
	if m.Shape == scene.Words {
		b = append(b, '>')
		b = escape(b, m.Text)
		return append(b, "</text>"...)
	}
	return append(b, "/>"...)
}

func ink(b []byte, name string, k scene.Ink) []byte {
	b = append(b, ' ')
	b = append(b, name...)
	if k == scene.InkNone {
		return append(b, `="none"`...)
	}
	b = append(b, `="var(--`...)
	b = append(b, k.Name()...)
	return append(b, `)"`...)
}

func length(b []byte, name string, v float32) []byte {
	b = append(b, ' ')
	b = append(b, name...)
	b = append(b, '=', '"')
	b = scene.AppendNumber(b, v)
	return append(b, '"')
}

// escape writes text for both content and attributes.
func escape(b []byte, text string) []byte {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '&':
			b = append(b, "&amp;"...)
		case '"':
			b = append(b, "&quot;"...)
		default:
			if c >= ' ' || c == '\n' || c == '\t' {
				b = append(b, c)
			}
		}
	}
	return b
}
