package server

import (
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
)

// Options is what a Server is made of. Host, Access and Maps are required.
type Options struct {
	Host   *room.Host
	Access *access.Registry
	// Maps is what the server must know about journeys.
	Maps Maps
	// Shell writes an HTML page: what stands before the picture of its map, and after it. Default: plain pages without a client.
	Shell func(Page) (before, after []byte)
	// Assets answers for the files that are the same for everyone: /assets/…, /sw.js, /manifest.webmanifest, /favicon.ico,
	// /icons/…. Default: 404.
	Assets http.Handler
	// CSP is the Content-Security-Policy of every answer. Default: one that allows nothing.
	CSP string
	// Say gives a text for people by key; Detect chooses a language from an Accept-Language header.
	Say    func(lang, key string, args ...any) string
	Detect func(acceptLanguage string) string

	// PublicURL is where browsers find the server, as https://maps.example.org. When set, links are made with it, only
	// pages from there may open a connection, and with https browsers are told to come by https alone. Default: whatever
	// host the request names.
	PublicURL *url.URL
	// OtherOrigins are further origins, as https://intranet.example.org, whose pages may open a connection.
	OtherOrigins []string
	// TrustedProxies are the addresses whose X-Forwarded-For and X-Forwarded-Proto are believed. Default: none.
	TrustedProxies []netip.Prefix
	// MetricsToken, when set, must come as a bearer token to read /metrics. Default: only callers on this machine may,
	// and none that a proxy forwards.
	MetricsToken string
	// NoCreate turns POST /api/maps off: maps are then made with "tabi import" alone.
	NoCreate bool
	// Images keeps the images of maps. Default: none are taken.
	Images access.Records

	Limits  Limits
	Metrics *Metrics         // default: new ones
	Logger  *slog.Logger     // default: none
	Now     func() time.Time // default: time.Now
}

// Draft writes what a new map holds.
type Draft func(*crdt.Document, *crdt.Edit) error

// Maps is what the server must know about journeys. All functions may be called from many goroutines.
type Maps struct {
	// Title of a map, for its page.
	Title func(doc *crdt.Document, lang string) string
	// Picture draws a view of a map as trusted HTML; a name that it does not know is the board; images gives the address of one. May be nil.
	Picture func(doc *crdt.Document, view, lang string, images func(id string) string) []byte
	// File writes a map as the file of a name, as map.json or map.svg; not ok: there is no such file. images gives an image
	// as an address that needs no server, empty when there is none.
	File func(doc *crdt.Document, name, lang string, images func(id string) string) (body []byte, contentType string, ok bool)
	// Import reads a file and says what it would write, or what is wrong with it and where, in words for people.
	Import func(r io.Reader, lang string) (Draft, error)
	// New says what a new map of this template holds; "" is the empty one. An unknown name gives ErrTemplate.
	New func(title, template, lang string) (Draft, error)
	// Copy says what a new map made from another one holds: a "template" without its notes, or a "copy". Another word gives
	// ErrTemplate. May be nil.
	Copy func(source *crdt.Document, as, lang string) (Draft, error)
	// Fork turns a copy of a map's document into that of its to-be map. May be nil.
	Fork func(doc *crdt.Document, source, lang string) error
	// Templates lists what New knows.
	Templates func(lang string) []Template
}

// Template is one kind of new map.
type Template struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Hint string `json:"hint"`
}

// Page is what differs between pages, but for the picture of a map.
type Page struct {
	Kind  PageKind
	Lang  string
	Title string
	Role  string // map: view, comment, edit, owner
	Text  string // gone: the sentence below the title
}

// PageKind says what a page is for.
type PageKind string

const (
	PageStart PageKind = "start"
	PageMap   PageKind = "map"
	PageGone  PageKind = "gone" // a plain message: the link does not work, or the server cannot answer now
)

// Limits names every bound that the server keeps in front of the rooms. A zero field means the default, a negative one no
// limit. None of them closes anybody but who went over it. Limits by address do not hold for callers on this machine:
// there stands a proxy that was not named in TrustedProxies, or a test.
type Limits struct {
	// Connections bounds the WebSockets of the whole server. Over: closed with Busy. Default 20,000.
	Connections int
	// ConnectionsPerAddress bounds those of one address (IPv6: one /64). A whole office may come from one. Over: closed with
	// Connections. Default 1,000.
	ConnectionsPerAddress int
	// HandshakesPerSecond and HandshakesBurst bound new WebSockets of one address. Over: 429. Default 50 and 1,000: after
	// a restart an office comes back at once.
	HandshakesPerSecond, HandshakesBurst int
	// RequestsPerSecond and RequestsBurst bound the pages and calls of one address; immutable files are not counted.
	// Over: 429. Default 50 and 500.
	RequestsPerSecond, RequestsBurst int
	// MissesPerMinute and MissesBurst bound how many unknown links one address may try. Tokens cannot be guessed; this
	// keeps the log and the disk quiet. Over: 429. Default 60 and 100.
	MissesPerMinute, MissesBurst int
	// MapsPerHour and MapsBurst bound how many maps one address may make. Over: 429. Default 120 and 30.
	MapsPerHour, MapsBurst int
	// Addresses bounds how many addresses are remembered. Over: those quiet for the longest are forgotten. Default 50,000.
	Addresses int

	// FrameBytes bounds one message of a client. Over: closed, FrameTooBig. Default wire.ClientFrameBytesMax.
	FrameBytes int
	// HelloTimeout is how long a connection may say nothing at first. Over: closed, HelloLate. Default 10 s.
	HelloTimeout time.Duration
	// PingAfter, HideAfter and CloseAfter look after silence: a connection that said nothing for PingAfter is pinged; at
	// HideAfter its cursor is taken away from the others; at CloseAfter it is closed, Idle, and resumes when it comes
	// back. Default 12 s, 14 s, 30 s. Where no proxy stands between, the kernel probes the line for as long, and all three
	// are later, so that the first is PingDirectAfter: 60 s.
	PingAfter, HideAfter, CloseAfter, PingDirectAfter time.Duration
	// CloseWait is how long a closed peer may take to say goodbye before its socket is cut. Default 1 s.
	CloseWait time.Duration

	// ImportBytes bounds an uploaded map. Over: 413. Default 16 MiB.
	ImportBytes int
	// ImageBytes and ImagePixels bound one uploaded image. Over: 413 and 415. Default 5 MiB and 50 million.
	ImageBytes, ImagePixels int
	// ImagesAtOnce bounds how many images are received at a time. Over: refused, Busy. Default 32.
	ImagesAtOnce int
	// ImagesBytesPerMap bounds all images that were ever uploaded to a map: its history shows them. Over: 422. Default 100 MiB.
	ImagesBytesPerMap int
	// ImagesBytesInside bounds what of them goes into an exported file; the rest is left out. Default 20 MiB.
	ImagesBytesInside int
	// BodyBytes bounds any other request body. Over: 413. Default 64 KiB.
	BodyBytes int
	// DrawingsAtOnce bounds how many pictures and exports are made at a time. Over: wait; after DrawingWait a page goes out
	// without its picture, and an export is refused, Busy. Default 4 and 3 s.
	DrawingsAtOnce int
	DrawingWait    time.Duration
	// RequestTimeout bounds reading a request and answering it. Default 60 s.
	RequestTimeout time.Duration
}

// DefaultLimits are the values of zero fields.
var DefaultLimits = Limits{
	Connections:           20_000,
	ConnectionsPerAddress: 1_000,
	HandshakesPerSecond:   50,
	HandshakesBurst:       1_000,
	RequestsPerSecond:     50,
	RequestsBurst:         500,
	MissesPerMinute:       60,
	MissesBurst:           100,
	MapsPerHour:           120,
	MapsBurst:             30,
	Addresses:             50_000,
	FrameBytes:            wire.ClientFrameBytesMax,
	HelloTimeout:          10 * time.Second,
	PingAfter:             12 * time.Second,
	HideAfter:             14 * time.Second,
	CloseAfter:            30 * time.Second,
	PingDirectAfter:       60 * time.Second,
	CloseWait:             time.Second,
	ImportBytes:           16 << 20,
	ImageBytes:            5 << 20,
	ImagePixels:           50_000_000,
	ImagesAtOnce:          32,
	ImagesBytesPerMap:     100 << 20,
	ImagesBytesInside:     20 << 20,
	BodyBytes:             64 << 10,
	DrawingsAtOnce:        4,
	DrawingWait:           3 * time.Second,
	RequestTimeout:        60 * time.Second,
}

func orDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	for _, f := range []struct{ v, d *int }{
		{&l.Connections, &d.Connections}, {&l.ConnectionsPerAddress, &d.ConnectionsPerAddress},
		{&l.HandshakesPerSecond, &d.HandshakesPerSecond}, {&l.HandshakesBurst, &d.HandshakesBurst},
		{&l.RequestsPerSecond, &d.RequestsPerSecond}, {&l.RequestsBurst, &d.RequestsBurst},
		{&l.MissesPerMinute, &d.MissesPerMinute}, {&l.MissesBurst, &d.MissesBurst},
		{&l.MapsPerHour, &d.MapsPerHour}, {&l.MapsBurst, &d.MapsBurst}, {&l.Addresses, &d.Addresses},
		{&l.FrameBytes, &d.FrameBytes}, {&l.ImportBytes, &d.ImportBytes}, {&l.BodyBytes, &d.BodyBytes},
		{&l.ImageBytes, &d.ImageBytes}, {&l.ImagePixels, &d.ImagePixels}, {&l.ImagesBytesPerMap, &d.ImagesBytesPerMap}, {&l.ImagesAtOnce, &d.ImagesAtOnce},
		{&l.ImagesBytesInside, &d.ImagesBytesInside},
		{&l.DrawingsAtOnce, &d.DrawingsAtOnce},
	} {
		orDefault(f.v, *f.d)
	}
	for _, f := range []struct{ v, d *time.Duration }{
		{&l.HelloTimeout, &d.HelloTimeout}, {&l.PingAfter, &d.PingAfter}, {&l.HideAfter, &d.HideAfter},
		{&l.CloseAfter, &d.CloseAfter}, {&l.PingDirectAfter, &d.PingDirectAfter}, {&l.CloseWait, &d.CloseWait}, {&l.DrawingWait, &d.DrawingWait},
		{&l.RequestTimeout, &d.RequestTimeout},
	} {
		orDefault(f.v, *f.d)
	}
	return l
}

func (o Options) withDefaults() Options {
	if o.Shell == nil {
		o.Shell = plainPage
	}
	if o.Assets == nil {
		o.Assets = http.NotFoundHandler()
	}
	if o.CSP == "" {
		o.CSP = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
	}
	if o.Say == nil {
		o.Say = func(_, key string, _ ...any) string { return key }
	}
	if o.Detect == nil {
		o.Detect = func(string) string { return "en" }
	}
	if o.Metrics == nil {
		o.Metrics = NewMetrics()
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Limits = o.Limits.withDefaults()
	return o
}
