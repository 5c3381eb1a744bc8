// Package samples holds the two sample maps: whole journeys, drawn from the seed
// documents, that a first visitor can look at and that tests are held against.
package samples

import _ "embed"

// Apparel is a fashion brand's journey between shop and online shop, in Japanese.
//
//go:embed map1_apparel_ja.json
var Apparel []byte

// SaaS is a mid-market software purchase with three people who have a say, in
// English.
//
//go:embed map3_b2b_saas_en.json
var SaaS []byte

// All are the samples in the order in which they are offered.
func All() [][]byte { return [][]byte{Apparel, SaaS} }
