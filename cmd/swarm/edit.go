package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/session"
	"github.com/tabi-map/tabi/crdt"
)

// editReport says what became of everything that the people of scenario edit did.
//
// A mark is a note with a text of its own that nobody deletes or writes in. Made marks of
// people who stayed, and all marks that were acknowledged or seen by anyone else, must be
// there at the end: Lost counts those that are not.
type editReport struct {
	Scenario     string   `json:"scenario"`
	N            int      `json:"n"`
	Seed         uint64   `json:"seed"`
	Edits        int      `json:"edits"`
	Marks        int      `json:"marks"`
	Acknowledged int      `json:"acknowledged"`
	Seen         int      `json:"seen"`
	Breaks       int      `json:"breaks"`
	Quits        int      `json:"quits"`
	Lost         []string `json:"lost"`
	Equal        bool     `json:"equal"`
	Settled      bool     `json:"settled"`
	Notes        int      `json:"notes"`
}

func (r editReport) failed() bool {
	return len(r.Lost) > 0 || !r.Equal || !r.Settled || r.Seen == 0 || r.Acknowledged == 0
}

// ledger is what is known of all marks, by their text.
type ledger struct {
	mu    sync.Mutex // guards the following
	marks map[string]*mark
	edits int
	// breaks counts live sessions that lost their connection, quits people who left for good.
	breaks, quits int
}

type mark struct {
	acknowledged, seen bool
	stays              bool // its author never left
}

func (l *ledger) do(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
}

// person is one of those who edit. Everything but the loop runs on the session's goroutine.
type person struct {
	name    string
	live    string
	ledger  *ledger
	random  *rand.Rand
	session *session.Session
	view    *journey.Map
	waiting []string // own marks that are not acknowledged yet
	number  int
	state   session.State
}

const (
	editPause   = 150 * time.Millisecond
	settleMax   = 90 * time.Second
	quitOneIn   = 60
	markOneIn   = 3
	markPrefix  = "mark "
	moveSpread  = 2000
	settlePause = 50 * time.Millisecond
)

// edit lets n people edit one map for a while, then settles and compares.
func edit(ctx context.Context, o options) (any, error) {
	m, err := makeMap(ctx, o.server)
	if err != nil {
		return nil, err
	}
	if o.made != nil {
		o.made <- m
	}
	live := m.liveURL(o.server)
	book := &ledger{marks: make(map[string]*mark)}
	people := make([]*person, o.n)
	for i := range people {
		people[i] = &person{name: fmt.Sprintf("p%d", i), live: live, ledger: book, random: rand.New(rand.NewPCG(o.seed, uint64(i)))}
		people[i].enter(ctx)
	}
	defer func() {
		for _, p := range people {
			p.session.Close()
			<-p.session.Done()
		}
	}()

	var wg sync.WaitGroup
	until, cancel := context.WithTimeout(ctx, time.Duration(o.seconds)*time.Second)
	defer cancel()
	if o.enough != nil {
		go func() { // ends with until
			select {
			case <-o.enough:
				cancel()
			case <-until.Done():
			}
		}()
	}
	for _, p := range people {
		wg.Add(1)
		go func() { // ends with until
			defer wg.Done()
			p.work(ctx, until)
		}()
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}

	report := editReport{Scenario: o.scenario, N: o.n, Seed: o.seed, Lost: []string{}}
	report.Settled = settle(ctx, people)
	truth, err := stranger(ctx, live)
	if err != nil {
		return nil, err
	}
	report.Equal = equal(ctx, people, live, &truth)
	book.do(func() {
		report.Edits, report.Breaks, report.Quits = book.edits, book.breaks, book.quits
		report.Marks = len(book.marks)
		there := make(map[string]bool)
		for id := range truth.All(journey.KindNote) {
			report.Notes++
			there[truth.Text(id, journey.NoteText)] = true
		}
		for text, k := range book.marks {
			if k.acknowledged {
				report.Acknowledged++
			}
			if k.seen {
				report.Seen++
			}
			if (k.acknowledged || k.seen || k.stays) && !there[text] {
				report.Lost = append(report.Lost, text)
			}
		}
	})
	slices.Sort(report.Lost)
	return report, nil
}

// enter opens a new session: a person who came for the first time.
func (p *person) enter(ctx context.Context) {
	s := session.Open(ctx, session.Options{URL: p.live, Name: p.name, Department: "swarm"})
	p.session, p.waiting, p.state = s, nil, session.Connecting
	s.Do(func(s *session.Session) {
		p.view = journey.Open(s.Document())
		s.OnChange(p.changed)
		s.OnStatus(p.status)
	})
}

// changed notes whose marks have become visible here.
func (p *person) changed(c crdt.Change) {
	p.view.Apply(c)
	for o := range c.Objects() {
		if o.Kind != journey.KindNote || o.Deleted {
			continue
		}
		text := p.view.Document().Text(o.ID, journey.NoteText)
		if strings.HasPrefix(text, markPrefix) && !strings.HasPrefix(text, markPrefix+p.name+" ") {
			p.ledger.do(func() {
				if k := p.ledger.marks[text]; k != nil {
					k.seen = true
				}
			})
		}
	}
}

// status notes what has been acknowledged: with nothing pending, all of it.
func (p *person) status(s session.Status) {
	p.ledger.do(func() {
		if p.state == session.Live && s.State == session.Offline {
			p.ledger.breaks++
		}
		p.state = s.State
		if s.Pending > 0 {
			return
		}
		for _, text := range p.waiting {
			p.ledger.marks[text].acknowledged = true
		}
		p.waiting = p.waiting[:0]
	})
}

func (p *person) work(ctx, until context.Context) {
	for pause(until, time.Duration(float64(editPause)*(0.5+p.random.Float64()))) == nil {
		if p.random.IntN(quitOneIn) == 0 {
			p.quit(ctx)
			continue
		}
		p.session.Do(p.act)
	}
}

// act does one thing that people do: add a note, move one, write in one, delete one.
func (p *person) act(s *session.Session) {
	if !s.CanEdit() {
		return
	}
	p.ledger.do(func() { p.ledger.edits++ })
	notes := p.view.Notes()
	place := journey.Place{X: p.random.Float32() * moveSpread, Y: p.random.Float32() * moveSpread}
	if len(notes) < 5 || p.random.IntN(markOneIn) == 0 {
		text := ""
		if p.random.IntN(2) == 0 {
			p.number++
			text = fmt.Sprintf("%s%s %d", markPrefix, p.name, p.number)
			p.ledger.do(func() { p.ledger.marks[text] = &mark{stays: true} })
			p.waiting = append(p.waiting, text)
		}
		s.Edit("", func(e *crdt.Edit) { p.view.AddNote(e, place, journey.NoteFields{Text: text}) })
		return
	}
	note := notes[p.random.IntN(len(notes))]
	isMark := strings.HasPrefix(s.Document().Text(note.ID, journey.NoteText), markPrefix)
	switch what := p.random.IntN(10); {
	case what < 6 || isMark:
		s.Edit("", func(e *crdt.Edit) { p.view.MoveNote(e, note.ID, place) })
	case what < 9:
		at := p.random.IntN(s.Document().TextLen(note.ID, journey.NoteText) + 1)
		s.Edit("typing", func(e *crdt.Edit) { e.Insert(note.ID, journey.NoteText, at, "旅 ") })
	default:
		s.Edit("", func(e *crdt.Edit) { p.view.DeleteNote(e, note.ID) })
	}
}

// quit leaves for good, as a laptop that is thrown away, and comes back as somebody new.
// Marks that nobody had seen and the server had not acknowledged may go with it.
func (p *person) quit(ctx context.Context) {
	p.session.Close()
	<-p.session.Done()
	p.ledger.do(func() {
		p.ledger.quits++
		for _, text := range p.waiting {
			p.ledger.marks[text].stays = false
		}
	})
	p.enter(ctx)
}

// settle waits until everybody is connected and has nothing left to send.
func settle(ctx context.Context, people []*person) bool {
	deadline := time.Now().Add(settleMax)
	for time.Now().Before(deadline) {
		done := true
		for _, p := range people {
			p.session.Do(func(s *session.Session) {
				if st := s.Status(); st.State != session.Live || st.Pending > 0 {
					done = false
				}
			})
		}
		if done {
			return true
		}
		if pause(ctx, settlePause) != nil {
			return false
		}
	}
	return false
}

// stranger joins as somebody new and brings what the server would give anyone.
func stranger(ctx context.Context, live string) (*crdt.Document, error) {
	c, err := dial(ctx, live, "stranger")
	if err != nil {
		return nil, err
	}
	defer c.conn.CloseNow()
	return c.document()
}

// equal waits until all replicas have the bytes that a stranger gets; truth is left at the
// newest of them.
func equal(ctx context.Context, people []*person, live string, truth **crdt.Document) bool {
	deadline := time.Now().Add(settleMax)
	for {
		same := true
		want := (*truth).Snapshot()
		for _, p := range people {
			p.session.Do(func(s *session.Session) { same = same && bytes.Equal(s.Document().Snapshot(), want) })
		}
		if same || time.Now().After(deadline) || pause(ctx, settlePause) != nil {
			return same
		}
		if doc, err := stranger(ctx, live); err == nil {
			*truth = doc
		}
	}
}
