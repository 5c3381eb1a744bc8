// Package method is what Tabi knows about making journey maps: the seven steps,
// the map check, MTAOO, and the ways to look at one and the same map that turn
// notes into decisions. All of it is pure: functions of a journey.Map, of today's
// date where dates matter, and of the open edit where something is mended.
//
//	Check     findings, live: what a map still lacks, each with its place and,
//	          where there is one, a one-key fix
//	Step      the seven steps: prompts, lanes and tools, progress; Allow is the
//	          policy that a room asks before it takes an update
//	Lens      departments: notes, hand-overs, empty voices, scores and spread
//	Strip     how much of the map is guess, voice, data
//	Matrix    impact × feasibility of measures, the same notes seen another way
//	Blockers  what stands between the phases, and what answers it
//	Gap       as-is against to-be, cell by cell, and bringing cells over
//	Freshness review dates
//
// Texts for people are in app/i18n under "method."; this package gives keys and
// arguments. Rules M1… are in docs/journey.md, the facilitator's guide in
// docs/method.md.
package method
