package scene

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/go-text/typesetting/segmenter"
)

// Wrapper breaks text into lines: UAX #14 with strict kinsoku (no line begins
// with 、。」ー or small kana, none ends with an opening bracket), words of Latin
// text whole unless one is wider than a line. It keeps its buffers, so one
// Wrapper that is used again allocates for the lines only. The zero value is
// ready.
type Wrapper struct {
	text  string // what the following is about; the same text is often tried at several sizes
	runes []rune
	ems   []float32
	marks []mark
	total float32 // em
	slow  segmenter.Segmenter
	parts []stretch // of the text that extent was asked about
}

// mark says what may happen before a rune.
type mark uint8

const (
	mayBreak mark = 1 << iota
	mustBreak
	grapheme // a cluster begins here: the last resort where nothing may break
)

// Lines appends the lines of text, broken to width at a font size, to dst. Each
// is a part of text without the blanks at its end; a text without content has
// no line.
func (w *Wrapper) Lines(dst []string, text string, size, width float32) []string {
	for text != "" {
		line, rest, more := strings.Cut(text, "\n")
		line = strings.TrimSuffix(line, "\r")
		if line == "" && more {
			dst = append(dst, "") // an empty line between two paragraphs stays
		} else {
			dst = w.paragraph(dst, line, width/size)
		}
		text = rest
	}
	for len(dst) > 0 && dst[len(dst)-1] == "" {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// paragraph is greedy: it fills each line up to the last place where it may
// break. Widths are in em.
func (w *Wrapper) paragraph(dst []string, text string, width float32) []string {
	if w.text != text {
		w.mark(text)
		w.measure()
		w.text = text
	}
	if w.total <= width {
		return append(dst, strings.TrimRight(text, " "))
	}
	var (
		at, start       int // bytes: here, begin of the line
		before, startAt int // begin of the line before in bytes, and of this one in runes
		brk, brkIndex   int // bytes and runes: last place where the line may break
		clus, clusIndex int
		em, emAtBrk     float32
		emAtClus        float32
	)
	for i := 0; i < len(w.runes); i++ {
		r := w.runes[i]
		m := w.marks[i]
		if at > start {
			if m&mayBreak != 0 {
				brk, brkIndex, emAtBrk = at, i, em
			}
			if m&grapheme != 0 {
				clus, clusIndex, emAtClus = at, i, em
			}
		}
		a := w.ems[i]
		if r != ' ' && r != '\u3000' && em+a > width+1e-4 && at > start { // blanks may hang over the edge
			if brk <= start {
				if clus <= start { // a cluster wider than the line: it overhangs
					em += a
					at += utf8.RuneLen(r)
					continue
				}
				brk, brkIndex, emAtBrk = clus, clusIndex, emAtClus
			}
			dst = append(dst, strings.TrimRight(text[start:brk], " \u3000"))
			before, start, em = start, brk, em-emAtBrk
			for brkIndex < i && w.runes[brkIndex] == ' ' {
				start++
				em -= advance(' ')
				brkIndex++
			}
			clus, startAt = start, brkIndex
			if at == start && r == ' ' {
				start++
				at++
				continue
			}
			i--
			continue
		}
		em += a
		at += utf8.RuneLen(r)
	}
	if last := strings.TrimRight(text[start:], " "); utf8.RuneCountInString(last) == 1 && start > before {
		start = w.company(text, before, start, startAt)
		dst[len(dst)-1] = strings.TrimRight(text[before:start], " \u3000")
	}
	return append(dst, strings.TrimRight(text[start:], " \u3000"))
}

// stretch is a part of a text that is certain to need no break inside, and the
// blanks behind it; in em.
type stretch struct{ width, blanks float32 }

// extent is the width of text in em. It takes text apart into w.parts, by fewer
// places to break than there are: the pairs of letters that nothing forbids to
// break. known is false for text that is more than a paragraph of common letters.
func (w *Wrapper) extent(text string) (em float32, known bool) {
	w.parts = w.parts[:0]
	var part stretch
	before, blank := clNone, false
	for _, r := range text {
		a := advance(r)
		em += a
		c := classOf(r)
		switch {
		case c == clOther:
			return Width(text, 1), false
		case c == clSpace:
			blank = true
			part.blanks += a
			continue
		case blank && plain(before) && plain(c), before == clIdeo && c == clIdeo:
			w.parts, part = append(w.parts, part), stretch{}
		}
		part.width += part.blanks + a
		part.blanks = 0
		before, blank = c, false
	}
	w.parts = append(w.parts, part)
	return em, true
}

// linesMost is how many lines the text of the last extent takes at most: greedy, as
// paragraph is, which has more places to break and needs no more lines for it.
func (w *Wrapper) linesMost(width float32) int {
	lines, used := 1, float32(0)
	width -= 1e-3 // the same sum in another order
	for _, p := range w.parts {
		if p.width > width {
			return math.MaxInt // it is broken inside
		}
		if used+p.width > width {
			lines, used = lines+1, 0
		}
		used += p.width + p.blanks
	}
	return lines
}

// company finds where the last line can begin earlier, so that no character
// stands there alone: up to four back, and never past the middle of the line
// before. Bytes in, bytes out; startAt is start in runes.
func (w *Wrapper) company(text string, before, start, startAt int) int {
	at := start
	for k := startAt - 1; k > 0 && k >= startAt-4; k-- {
		if at -= utf8.RuneLen(w.runes[k]); at-before < (start-before)/2 {
			break
		}
		if w.runes[k] == ' ' {
			break // words are left where they are
		}
		if w.marks[k]&mayBreak != 0 {
			return at
		}
	}
	return start
}

// measure fills w.ems and w.total as Width does.
func (w *Wrapper) measure() {
	w.ems, w.total = w.ems[:0], 0
	joined := false
	for _, r := range w.runes {
		a := advance(r)
		if joined {
			a = 0
		}
		joined = r == 0x200d && !joined
		w.ems = append(w.ems, a)
		w.total += a
	}
}

// mark fills w.runes and w.marks. Text of the scripts that maps are mostly
// written in is classed by a small table, about twenty times faster in wasm than
// the full algorithm, which does the rest.
func (w *Wrapper) mark(text string) {
	w.runes, w.marks = w.runes[:0], w.marks[:0]
	before, blank, known := clNone, false, true
	for _, r := range text {
		if r == utf8.RuneError {
			r = ' ' // one byte each, so that byte offsets below stay right
		}
		c := classOf(r)
		if c == clOther || rare(before, c, blank) {
			known = false
			break
		}
		m := grapheme
		if mayBreakBetween(before, c, blank) {
			m |= mayBreak
		}
		w.runes, w.marks = append(w.runes, r), append(w.marks, m)
		if c == clSpace {
			blank = true
		} else {
			before, blank = c, false
		}
	}
	if !known {
		w.markFully(text)
	}
}

func (w *Wrapper) markFully(text string) {
	w.runes = append(w.runes[:0], []rune(text)...)
	w.marks = w.marks[:0]
	for range w.runes {
		w.marks = append(w.marks, 0)
	}
	w.slow.Init(w.runes)
	for it := w.slow.LineIterator(); it.Next(); {
		if at := it.Line().Offset; at < len(w.marks) {
			w.marks[at] |= mayBreak
		}
	}
	for it := w.slow.GraphemeIterator(); it.Next(); {
		w.marks[it.Grapheme().Offset] |= grapheme
	}
}

// class is a line breaking class of UAX #14, as far as the small table goes.
type class uint8

const (
	clNone    class = iota
	clSpace         // SP
	clLetter        // AL
	clDigit         // NU
	clIdeo          // ID, and Hangul syllables, which break alike
	clOpen          // OP
	clOpenN         // OP that is not East Asian: ( [
	clClose         // CL
	clCloseN        // CP: ) ]
	clExcl          // EX
	clInfix         // IS
	clSlash         // SY
	clHyphen        // HY
	clAfter         // BA
	clNoStart       // NS, small kana and the long vowel mark
	clInsep         // IN
	clQuote         // QU
	clPrefix        // PR
	clSuffix        // PO
	clGlue          // GL
	clOther         // anything else: the full algorithm decides
)

func classOf(r rune) class {
	switch {
	case r < 128:
		return asciiClass[r]
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa:
		if smallKana(r) {
			return clNoStart
		}
		return clIdeo
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3400 && r <= 0x4dbf, r >= 0xac00 && r <= 0xd7a3:
		return clIdeo
	case r >= 0xc0 && r <= 0x17f && r != 0xd7 && r != 0xf7:
		return clLetter
	case r >= 0xff10 && r <= 0xff19, r >= 0xff21 && r <= 0xff3a, r >= 0xff41 && r <= 0xff5a:
		return clIdeo
	}
	switch r {
	case '、', '。', '，', '．', '」', '』', '】', '〕', '》', '〉', '）', '］', '｝', '〗', '〙':
		return clClose
	case '「', '『', '【', '〔', '《', '〈', '（', '［', '｛', '〖', '〘':
		return clOpen
	case '！', '？':
		return clExcl
	case 'ー', '・', '：', '；', '々', '〻', 'ヽ', 'ヾ', 'ゝ', 'ゞ', '〜', '゛', '゜':
		return clNoStart
	case '…', '‥':
		return clInsep
	case '\u3000':
		return clAfter
	case '“', '”', '‘', '’':
		return clQuote
	case '￥', '＄', '£':
		return clPrefix
	case '％':
		return clSuffix
	case '\u00a0':
		return clGlue
	case '＋', '＝', '＆', '＃', '＠', '＊', '／', '＿':
		return clIdeo
	}
	return clOther
}

func smallKana(r rune) bool {
	switch r {
	case 'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ゎ', 'ゕ', 'ゖ',
		'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ', 'ヵ', 'ヶ':
		return true
	}
	return false
}

var asciiClass = func() (t [128]class) {
	for r := range t {
		switch {
		case r >= '0' && r <= '9':
			t[r] = clDigit
		default:
			t[r] = clLetter
		}
	}
	for r := range 32 {
		t[r] = clOther
	}
	t[127] = clOther
	t[' '] = clSpace
	t['!'], t['?'] = clExcl, clExcl
	t['"'], t['\''] = clQuote, clQuote
	t['$'], t['+'], t['\\'] = clPrefix, clPrefix, clPrefix
	t['%'] = clSuffix
	t['('], t['['], t['{'] = clOpenN, clOpenN, clOpenN
	t[')'], t[']'], t['}'] = clCloseN, clCloseN, clClose
	t[','], t['.'], t[':'], t[';'] = clInfix, clInfix, clInfix, clInfix
	t['-'] = clHyphen
	t['/'] = clSlash
	t['|'] = clAfter
	return t
}()

// rare pairs are those whose rules look further than at two neighbours: quotes in
// East Asian text, signs of currency and percent away from numbers, a hyphen or a
// full stop that begins a word. The full algorithm decides them.
func rare(a, b class, blank bool) bool {
	switch {
	case a == clQuote:
		return blank || eastAsian(b)
	case b == clQuote:
		return blank || eastAsian(a)
	case a == clSlash && b == clDigit:
		return true
	case b == clHyphen:
		return blank || a != clLetter && a != clDigit && a != clIdeo
	case b == clInfix && blank:
		return true
	case a == clPrefix || a == clSuffix:
		return !blank && b != clSpace && !plain(b)
	case b == clPrefix || b == clSuffix:
		return !blank && !plain(a)
	}
	return false
}

func plain(c class) bool { return c == clLetter || c == clDigit || c == clIdeo || c == clNone }

func eastAsian(c class) bool {
	return c == clIdeo || c == clOpen || c == clClose || c == clNoStart || c == clExcl || c == clInsep || c == clAfter
}

// mayBreakBetween applies the rules of UAX #14 to two neighbours; blank tells
// that there are blanks between them.
func mayBreakBetween(a, b class, blank bool) bool {
	switch b {
	case clSpace, clExcl, clInfix, clSlash, clClose, clCloseN: // LB7, LB13
		return false
	}
	if a == clNone { // LB2, LB18
		return blank
	}
	if a == clOpen || a == clOpenN { // LB14
		return false
	}
	if blank {
		switch {
		case a == clQuote && (b == clOpen || b == clOpenN): // LB15
			return false
		case (a == clClose || a == clCloseN) && b == clNoStart: // LB16
			return false
		}
		return true // LB18
	}
	switch b {
	case clGlue: // LB12a
		return a == clAfter || a == clHyphen
	case clQuote, clAfter, clHyphen, clNoStart, clInsep: // LB19, LB21, LB22
		return false
	case clOpenN:
		return !(a == clLetter || a == clDigit || a == clSuffix || a == clPrefix || a == clQuote || a == clGlue) // LB30, LB25
	case clOpen:
		return !(a == clSuffix || a == clPrefix || a == clQuote || a == clGlue)
	}
	switch a {
	case clQuote, clGlue: // LB19, LB12
		return false
	case clLetter:
		return b == clIdeo // LB24, LB28
	case clDigit:
		return b == clIdeo // LB23, LB25
	case clIdeo:
		return b != clSuffix // LB23a
	case clPrefix:
		return b == clPrefix || b == clSuffix
	case clSuffix:
		return b == clIdeo || b == clPrefix || b == clSuffix
	case clHyphen, clSlash:
		return b != clDigit // LB25
	case clInfix:
		return b != clDigit && b != clLetter // LB25, LB29
	case clClose:
		return b != clSuffix && b != clPrefix // LB25
	case clCloseN:
		return !(b == clLetter || b == clDigit || b == clSuffix || b == clPrefix) // LB30, LB25
	}
	return true // LB31
}
