package board

import "strings"

// fold makes texts that people take for the same word equal: case, half and full
// width, katakana and hiragana, small kana and long-vowel marks aside. "ﾒｰﾙ",
// "メール" and "めーる" fold alike, and so do "Ｗｅｂ" and "web".
func fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	last := rune(0)
	for _, r := range s {
		switch {
		case r >= 0xFF61 && r <= 0xFF9F: // half-width katakana
			switch r {
			case 0xFF9E: // ゛ joins the kana before
				if v, ok := voiced[last]; ok {
					rewrite(&b, last, v)
					last = v
				}
				continue
			case 0xFF9F:
				if v, ok := halfVoiced[last]; ok {
					rewrite(&b, last, v)
					last = v
				}
				continue
			}
			r = halfKana[r-0xFF61]
		case r >= 0xFF01 && r <= 0xFF5E: // full-width ASCII
			r -= 0xFEE0
		case r == 0x3000 || r == '\n' || r == '\t' || r == 0xA0:
			r = ' '
		}
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 0x30A1 && r <= 0x30F6: // katakana to hiragana
			r -= 0x60
		case r == 0x3099 || r == 0x309A: // combining marks, as decomposed text has them
			table := voiced
			if r == 0x309A {
				table = halfVoiced
			}
			if v, ok := table[last]; ok {
				rewrite(&b, last, v)
				last = v
			}
			continue
		case r > 0x7F && (r < 0x3000 || r > 0xABFF):
			r = []rune(strings.ToLower(string(r)))[0]
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// rewrite puts now in the place of the last rune of b.
func rewrite(b *strings.Builder, last, now rune) {
	s := b.String()
	s = s[:len(s)-len(string(last))]
	b.Reset()
	b.WriteString(s)
	b.WriteRune(now)
}

var halfKana = []rune("。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜")

var voiced, halfVoiced = func() (v, h map[rune]rune) {
	v, h = map[rune]rune{}, map[rune]rune{}
	plain, with := []rune("うかきくけこさしすせそたちつてとはひふへほ"), []rune("ゔがぎぐげござじずぜぞだぢづでどばびぶべぼ")
	for i := range plain {
		v[plain[i]], v[plain[i]+0x60] = with[i], with[i]
	}
	plain, with = []rune("はひふへほ"), []rune("ぱぴぷぺぽ")
	for i := range plain {
		h[plain[i]], h[plain[i]+0x60] = with[i], with[i]
	}
	return v, h
}()

// matches reports whether all words of a folded query are in a text.
func matches(text string, words []string) bool {
	folded := fold(text)
	for _, w := range words {
		if !strings.Contains(folded, w) {
			return false
		}
	}
	return len(words) > 0
}
