package i18n

import (
	"embed"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// Lang is a language the interface speaks.
type Lang string

const (
	Japanese Lang = "ja"
	English  Lang = "en"
	Chinese  Lang = "zh-Hans"
	Korean   Lang = "ko"
	Arabic   Lang = "ar"
)

// Langs are all languages, in the order in which a switch offers them.
var Langs = []Lang{Japanese, English, Chinese, Korean, Arabic}

// Name is what a language calls itself.
func (l Lang) Name() string {
	switch l {
	case Japanese:
		return "日本語"
	case Chinese:
		return "简体中文"
	case Korean:
		return "한국어"
	case Arabic:
		return "العربية"
	}
	return "English"
}

// BuiltIn reports whether its catalogue is part of the package; others are learned.
func (l Lang) BuiltIn() bool { return l == Japanese || l == English }

// Dir is the direction in which a page of the language runs: "ltr" or "rtl".
func (l Lang) Dir() string {
	if l == Arabic {
		return "rtl"
	}
	return "ltr"
}

// T is the text of key in lang with args put in for {0}, {1} … A text that a
// learned catalogue lacks is given in English.
func T(lang Lang, key string, args ...any) string {
	text, ok := find(lang, key, args)
	if !ok && !lang.BuiltIn() {
		text, ok = find(English, key, args)
	}
	if !ok {
		return key
	}
	return fill(text, args)
}

// find is the text of key, in the form for as many things as the first argument says.
func find(lang Lang, key string, args []any) (string, bool) {
	texts := catalogue(lang)
	if len(args) > 0 {
		if form := form(lang, args[0]); form != "" {
			if text, ok := texts[key+form]; ok {
				return text, true
			}
		}
	}
	text, ok := texts[key]
	return text, ok
}

// Has reports whether there is a text for key, for callers that have a better
// answer than the bare key, as for a code that a newer server sent.
func Has(lang Lang, key string) bool {
	_, ok := find(lang, key, nil)
	if !ok && !lang.BuiltIn() {
		_, ok = find(English, key, nil)
	}
	return ok
}

// Detect picks the language for wishes in falling order of preference: the
// browser's languages, or an Accept-Language header, whole or in pieces. Quality
// values are honoured. Whoever wishes for nothing we speak gets English.
func Detect(wishes ...string) Lang {
	best, bestQuality, traditional := English, 0.0, false
	for _, wish := range wishes {
		for part := range strings.SplitSeq(wish, ",") {
			tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
			quality := 1.0
			if q, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
				quality, _ = strconv.ParseFloat(q, 64)
			}
			lang, ok := Parse(tag)
			if bare := strings.EqualFold(strings.TrimSpace(tag), "zh"); bare && traditional {
				continue // a browser adds it to zh-TW by itself
			}
			traditional = traditional || !ok && len(tag) > 2 && strings.EqualFold(tag[:3], "zh-")
			if ok && quality > bestQuality {
				best, bestQuality = lang, quality
			}
		}
	}
	return best
}

// Parse gives the language of a tag such as "ja", "ja-JP" or "EN-gb". Who writes
// Chinese in traditional characters is not given simplified ones for that.
func Parse(tag string) (Lang, bool) {
	tag = strings.ToLower(strings.TrimSpace(tag))
	primary, rest, _ := strings.Cut(tag, "-")
	if primary == "zh" {
		script, _, _ := strings.Cut(rest, "-")
		switch script {
		case "hant", "tw", "hk", "mo":
			return "", false
		}
		return Chinese, true
	}
	for _, lang := range Langs {
		if string(lang) == primary {
			return lang, true
		}
	}
	return "", false
}

//go:embed *.json
var files embed.FS

// Each catalogue is read when its language is first asked for; a client that
// stays in one language never reads the other.
var (
	japanese = sync.OnceValue(func() map[string]string { return load(Japanese) })
	english  = sync.OnceValue(func() map[string]string { return load(English) })
	learned  atomic.Pointer[map[Lang]map[string]string] // replaced, never written to
)

// Learn takes in the catalogue of a language that is not built in, a flat JSON
// object. Of a damaged one it takes what stands before the damage.
func Learn(lang Lang, catalogue string) error {
	texts := make(map[string]string, 1024)
	err := parse(catalogue, func(key, text string) { texts[key] = text })
	for {
		now := learned.Load()
		next := map[Lang]map[string]string{lang: texts}
		if now != nil {
			for l, t := range *now {
				if l != lang {
					next[l] = t
				}
			}
		}
		if learned.CompareAndSwap(now, &next) {
			return err
		}
	}
}

// catalogue is what is known of a language: nothing of one that was not learned.
func catalogue(lang Lang) map[string]string {
	switch lang {
	case Japanese:
		return japanese()
	case English:
		return english()
	}
	if all := learned.Load(); all != nil {
		return (*all)[lang]
	}
	return nil
}

// load reads all files of a language. A damaged file leaves out what follows the
// damage instead of taking the client down; the tests refuse such a file.
func load(lang Lang) map[string]string {
	texts := make(map[string]string, 1024)
	entries, _ := files.ReadDir(".")
	for _, e := range entries {
		if strings.HasSuffix("."+e.Name(), "."+string(lang)+".json") {
			data, _ := files.ReadFile(e.Name())
			_ = parse(string(data), func(key, text string) { texts[key] = text })
		}
	}
	return texts
}

// form is the ending of the key under which a language has the text for so many
// things, "" for the usual one: English tells one from many, Arabic two and a few
// as well, the others nothing.
func form(lang Lang, arg any) string {
	var n uint64
	switch v := arg.(type) {
	case int:
		n = uint64(v)
	case int64:
		n = uint64(v)
	case uint32:
		n = uint64(v)
	case uint64:
		n = v
	default:
		return ""
	}
	switch {
	case n == 1:
		return ".one"
	case lang != Arabic:
	case n == 2:
		return ".two"
	case n%100 >= 3 && n%100 <= 10:
		return ".few"
	}
	return ""
}

// fill puts args in for {0} … {9}; braces around anything else stay.
func fill(text string, args []any) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 || i+2 >= len(text) {
			break
		}
		if n := int(text[i+1] - '0'); text[i+2] == '}' && n < len(args) {
			b.WriteString(text[:i])
			b.WriteString(show(args[n]))
			text = text[i+3:]
			continue
		}
		b.WriteString(text[:i+1])
		text = text[i+1:]
	}
	b.WriteString(text)
	return b.String()
}

func show(arg any) string {
	switch v := arg.(type) {
	case string:
		return v
	case int:
		return strconv.Itoa(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint32:
		return strconv.FormatUint(uint64(v), 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case float32:
		return strconv.FormatFloat(float64(v), 'f', -1, 32)
	case interface{ String() string }:
		return v.String()
	case error:
		return v.Error()
	}
	return "?"
}
