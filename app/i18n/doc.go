// Package i18n holds what the interface says, in Japanese and in English, and in
// whatever further language it has learned.
//
// A text is asked for by key: T(lang, "board.undo"). The catalogues are flat
// JSON files of `"key": "text"`, one pair of files a room, so that rooms do not
// edit one another's: board.ja.json and board.en.json hold the keys that start
// with "board.", pages.*.json those that start with "pages.", and so on. A new
// room adds its own pair; nothing else has to be told.
//
// A text may hold {0}, {1} … for the arguments. English needs one form more
// where a thing is counted: if the first argument is the number one and there
// is a key "<key>.one", that text is taken. Japanese never needs it, so ".one"
// keys are left out when the catalogues are compared. Arabic has ".two" and ".few" too.
//
// Further languages are in app/i18n/more, which the client does not link: it fetches
// the catalogue that it needs and hands it to Learn. A text that such a catalogue
// lacks is said in English.
//
// A key that is missing is given back as it is: a page with one odd word beats
// no page. The tests see to it that no key is missing in either language, and
// that both sides of a pair name the same arguments.
//
// The package parses its files itself, because encoding/json would cost the
// client more than the texts do.
package i18n
