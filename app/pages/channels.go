package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/crdt"
)

// channels are the one dictionary of where customers are met.
func (s *settings) channels() []app.UI {
	m, lang := s.page.journey, string(s.page.lang)
	var entries []entry
	for _, c := range m.Channels() {
		var facts []string
		if c.Kind != "" {
			facts = append(facts, s.say("channel."+string(c.Kind)))
		}
		if d := m.Department(c.Owner); d != nil {
			facts = append(facts, d.Name.In(lang))
		}
		facts = append(facts, s.say("channel.used", len(m.LinksTo(c.ID))))
		entries = append(entries, entry{c.ID, c.Name.In(lang), strings.Join(facts, " · ")})
	}
	return s.dictionary(entries,
		func(e *crdt.Edit) crdt.ID {
			id := m.AddChannel(e, journey.Channel{Kind: journey.Digital})
			m.SetNameIn(e, id, lang, s.say("channel.new"))
			return id
		},
		m.DeleteChannel,
		func(id crdt.ID) []app.UI { return s.channelFields(m.Channel(id)) })
}

func (s *settings) channelFields(c *journey.Channel) []app.UI {
	m, id, f := s.page.journey, c.ID, s.form(c.ID)
	set := func(put func(*journey.Channel, string)) func(*crdt.Edit, *journey.Map, string) {
		return func(e *crdt.Edit, m *journey.Map, v string) {
			if now := m.Channel(id); now != nil {
				c := *now
				put(&c, v)
				m.SetChannel(e, id, c)
			}
		}
	}
	kinds := []choice{{"", s.page.say("list.note.none")},
		{string(journey.Digital), s.say("channel.digital")}, {string(journey.Physical), s.say("channel.physical")}}
	var used []app.UI
	for _, l := range m.LinksTo(id) {
		if n := m.Note(l.From); n != nil {
			used = append(used, app.Li().Text(clip(firstLine(n.Text), 60)))
		}
	}
	body := append(s.names(f, id, c.Name), grid(
		f.choose("kind", s.say("channel.kind"), string(c.Kind), kinds, set(func(c *journey.Channel, v string) { c.Kind = journey.ChannelKind(v) })),
		f.line("device", s.say("channel.device"), "text", c.Device, set(func(c *journey.Channel, v string) { c.Device = v })),
		s.owner(f, c.Owner, func(e *crdt.Edit, m *journey.Map, owner crdt.ID) {
			set(func(c *journey.Channel, _ string) { c.Owner = owner })(e, m, "")
		}),
	),
		f.line("aliases", s.say("channel.aliases"), "text", strings.Join(c.Aliases, ", "), set(func(c *journey.Channel, v string) { c.Aliases = listed(v) })))
	if len(used) > 0 {
		body = append(body, app.Details().Body(app.Summary().Text(s.say("channel.used", len(used))), app.Ul().Body(used...)))
	}
	return body
}
