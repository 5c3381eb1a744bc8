package i18n

import (
	"embed"
	"strconv"
	"strings"
	"sync"
)

// Lang is a language the interface speaks.
type Lang string

const (
	Japanese Lang = "ja"
	English  Lang = "en"
)

// Langs are all languages, in the order in which a switch offers them.
var Langs = []Lang{Japanese, English}

// Name is what a language calls itself.
func (l Lang) Name() string {
	if l == Japanese {
		return "日本語"
	}
	return "English"
}

// T is the text of key in lang with args put in for {0}, {1} …
func T(lang Lang, key string, args ...any) string {
	texts := catalogue(lang)
	text, ok := "", false
	if len(args) > 0 && isOne(args[0]) {
		text, ok = texts[key+".one"]
	}
	if !ok {
		text, ok = texts[key]
	}
	if !ok {
		return key
	}
	return fill(text, args)
}

// Has reports whether there is a text for key, for callers that have a better
// answer than the bare key, as for a code that a newer server sent.
func Has(lang Lang, key string) bool {
	_, ok := catalogue(lang)[key]
	return ok
}

// Detect picks the language for wishes in falling order of preference: the
// browser's languages, or an Accept-Language header, whole or in pieces. Quality
// values are honoured. Whoever wishes for nothing we speak gets English.
func Detect(wishes ...string) Lang {
	best, bestQuality := English, 0.0
	for _, wish := range wishes {
		for part := range strings.SplitSeq(wish, ",") {
			tag, rest, _ := strings.Cut(strings.TrimSpace(part), ";")
			quality := 1.0
			if q, ok := strings.CutPrefix(strings.TrimSpace(rest), "q="); ok {
				quality, _ = strconv.ParseFloat(q, 64)
			}
			if lang, ok := Parse(tag); ok && quality > bestQuality {
				best, bestQuality = lang, quality
			}
		}
	}
	return best
}

// Parse gives the language of a tag such as "ja", "ja-JP" or "EN-gb".
func Parse(tag string) (Lang, bool) {
	primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
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
)

func catalogue(lang Lang) map[string]string {
	if lang == Japanese {
		return japanese()
	}
	return english()
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

func isOne(arg any) bool {
	switch n := arg.(type) {
	case int:
		return n == 1
	case int64:
		return n == 1
	case uint32:
		return n == 1
	case uint64:
		return n == 1
	}
	return false
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
