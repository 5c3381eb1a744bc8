package board

import (
	"strings"
	"testing"
)

func TestFold_finds_what_people_take_for_the_same(t *testing.T) {
	for _, group := range [][]string{
		{"メール", "\uFF92\uFF70\uFF99", "めーる"},
		{"Web", "\uFF37\uFF45\uFF42", "WEB"},
		{"パンフレット", "\uFF8A\uFF9F\uFF9D\uFF8C\uFF9A\uFF6F\uFF84", "ハ\u309Aンフレット"},
		{"ガイド", "\uFF76\uFF9E\uFF72\uFF84\uFF9E", "か\u3099いど"},
		{"a b", "A\u3000B"},
		{"Über", "über"},
	} {
		for _, s := range group[1:] {
			if fold(s) != fold(group[0]) {
				t.Errorf("%q folds to %q, %q to %q", group[0], fold(group[0]), s, fold(s))
			}
		}
	}
	if fold("はし") == fold("ばし") || !matches("ECサイトの返品ページ", strings.Fields(fold("ページ ｅｃ"))) || matches("x", nil) {
		t.Error("finds too much, or too little")
	}
}
