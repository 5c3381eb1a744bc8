// Package templates holds what a new map can start with: the stage sets that
// teams use, among them none, and the lanes of each of the four types of map.
// Every name comes as a pair, Japanese and English. What to say about a set or a
// type is in app/i18n: "journey.stages.<key>" and "journey.type.<type>".
package templates

import (
	"maps"
	"slices"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// Stage is a phase to begin with.
type Stage struct {
	JA, EN string
	Demand journey.DemandLayer
}

// StageSet is a row of phases under a stable key.
type StageSet struct {
	Key    string
	Stages []Stage
}

// None is the key of the start without phases: actions are listed first and the
// phases made of them, lest the journey be a foregone one.
const None = "none"

// Sets are the stage sets in the order in which they are offered. The empty
// start comes first: it is what the method recommends.
var Sets = []StageSet{
	{None, nil},
	{"five", []Stage{{"認知", "Awareness", journey.Latent}, {"検討", "Consideration", journey.Comparing}, {"購入", "Purchase", journey.Overt},
		{"維持", "Retention", journey.Overt}, {"推奨", "Advocacy", journey.Overt}}},
	{"four", []Stage{{"認知", "Awareness", journey.Latent}, {"検討", "Consideration", journey.Comparing}, {"購入", "Purchase", journey.Overt},
		{"使用", "Use", journey.Overt}}},
	{"six", []Stage{{"認知", "Awareness", journey.Latent}, {"情報収集", "Information gathering", journey.Comparing}, {"購入", "Purchase", journey.Overt},
		{"使用", "Use", journey.Overt}, {"再購入", "Repurchase", journey.Overt}, {"推薦", "Referral", journey.Overt}}},
	{"b2b", []Stage{{"認知", "Awareness", journey.Latent}, {"評価", "Evaluation", journey.Comparing}, {"購入", "Purchase", journey.Overt},
		{"オンボーディング", "Onboarding", journey.Overt}, {"アドボカシー", "Advocacy", journey.Overt}}},
	{"three", []Stage{{"認知", "Awareness", journey.Latent}, {"購入", "Purchase", journey.Overt}, {"再購入", "Repurchase", journey.Overt}}},
	{"subscription", []Stage{{"知る", "Know", journey.Latent}, {"購入する", "Buy", journey.Overt}, {"使い続ける", "Keep using", journey.Overt}}},
}

// Set finds a stage set; the empty start when there is no such key.
func Set(key string) StageSet {
	for _, s := range Sets {
		if s.Key == key {
			return s
		}
	}
	return Sets[0]
}

// laneNames are what the lanes of a new map are called.
var laneNames = map[journey.LaneKind][2]string{
	journey.Action:       {"顧客の行動", "Customer actions"},
	journey.Touchpoint:   {"接点・チャネル", "Touchpoints / channels"},
	journey.Thought:      {"思考", "Thoughts"},
	journey.EmotionCurve: {"感情", "Emotions"},
	journey.Attitude:     {"態度変容", "Attitude change"},
	journey.InfoNeed:     {"情報ニーズ", "Information needs"},
	journey.Goal:         {"目標", "Goals"},
	journey.Motivation:   {"動機", "Motivation"},
	journey.KeyMoment:    {"重要な瞬間", "Key moments"},
	journey.Satisfaction: {"満足度", "Satisfaction"},
	journey.Perception:   {"パーセプション", "Perception"},
	journey.Quote:        {"顧客の声", "Customer voice"},
	journey.Story:        {"ストーリーボード", "Storyboard"},
	journey.Pain:         {"ネガティブ要因", "Pain points / blockers"},
	journey.Opportunity:  {"機会", "Opportunities"},
	journey.Measure:      {"施策", "Measures"},
	journey.KPILane:      {"KPI", "KPIs"},
	journey.Proof:        {"物的証拠", "Physical evidence"},
	journey.Frontstage:   {"フロントステージ（顧客から見える活動）", "Frontstage: what customers see us do"},
	journey.Backstage:    {"バックステージ（見えない活動）", "Backstage: what they do not see"},
	journey.Support:      {"支援プロセス・システム", "Support processes and systems"},
	journey.Custom:       {"自由レーン", "Custom lane"},
}

// Kinds are all kinds of lanes, in no order.
func Kinds() []journey.LaneKind { return slices.Collect(maps.Keys(laneNames)) }

// LaneName is what a lane of this kind is called when it is made.
func LaneName(kind journey.LaneKind) journey.Name {
	pair, ok := laneNames[kind]
	if !ok {
		pair = laneNames[journey.Custom]
	}
	return journey.Name{JA: pair[0], EN: pair[1]}
}

// Lanes are the lanes that a type of map begins with, top to bottom.
func Lanes(t journey.MapType) []journey.LaneKind {
	switch t {
	case journey.FutureState:
		return []journey.LaneKind{journey.Goal, journey.Action, journey.Touchpoint, journey.Thought, journey.EmotionCurve,
			journey.Attitude, journey.InfoNeed, journey.Opportunity, journey.Measure}
	case journey.ServiceBlueprint:
		return []journey.LaneKind{journey.Proof, journey.Action, journey.Touchpoint, journey.Frontstage, journey.Backstage,
			journey.Support, journey.EmotionCurve, journey.Pain, journey.Measure}
	case journey.ExperienceMap:
		return []journey.LaneKind{journey.Goal, journey.Action, journey.Thought, journey.EmotionCurve, journey.KeyMoment,
			journey.Pain, journey.Opportunity}
	}
	return []journey.LaneKind{journey.Action, journey.Touchpoint, journey.Thought, journey.EmotionCurve, journey.Attitude,
		journey.InfoNeed, journey.Pain, journey.Opportunity, journey.Measure}
}

// Department is a team to begin with.
type Department struct{ JA, EN, Color string }

// Departments are who should be in the room.
var Departments = []Department{
	{"マーケティング", "Marketing", "#E4572E"},
	{"営業", "Sales", "#2E86AB"},
	{"カスタマーサービス", "Customer service", "#3C9D4E"},
	{"商品開発", "Product development", "#8E5BB5"},
	{"デザイン", "Design", "#D9A021"},
}

// Options say what a new map is made of.
type Options struct {
	Type   journey.MapType // zero: current state
	Stages string          // a key of Sets; zero: none
	Lang   string          // zero: "en"
	// Own is what a name is called in Lang, from the English one; nil where Lang is Japanese or English.
	Own   func(english string) string
	Title string
	Today string // the day it is made on, as 2026-02-28; reviews are counted from it
}

// Write makes a new map in the open edit. m should be empty.
func Write(m *journey.Map, e *crdt.Edit, o Options) {
	if o.Type == "" {
		o.Type = journey.CurrentState
	}
	if o.Lang == "" {
		o.Lang = "en"
	}
	m.SetLang(e, o.Lang)
	m.SetType(e, o.Type)
	m.SetTitle(e, o.Lang, o.Title)
	m.SetCreated(e, o.Today)
	for _, d := range Departments {
		m.AddDepartment(e, o.name(d.JA, d.EN), d.Color)
	}
	var last crdt.ID
	for _, kind := range Lanes(o.Type) {
		name := LaneName(kind)
		last = m.AddLane(e, last, kind, "")
		m.SetName(e, last, o.name(name.JA, name.EN))
	}
	last = crdt.ID{}
	for _, s := range Set(o.Stages).Stages {
		last = m.AddPhase(e, last, "")
		m.SetName(e, last, o.name(s.JA, s.EN))
		m.SetPhaseDemand(e, last, s.Demand)
	}
}

// name is a name in the map's language, with its pair.
func (o *Options) name(ja, en string) journey.Name {
	n := journey.Name{Text: en, JA: ja, EN: en}
	switch {
	case o.Lang == "ja":
		n.Text = ja
	case o.Own != nil:
		n.Text = o.Own(en)
	}
	return n
}
