package access

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Errors of Resolve and Alive.
var (
	ErrUnknown = errors.New("access: no such link")
	ErrRevoked = errors.New("access: the link was revoked")
	ErrExpired = errors.New("access: the link has expired")
)

// Errors of the other methods.
var (
	ErrNoMap     = errors.New("access: no such map")
	ErrRole      = errors.New("access: no such role")
	ErrLabel     = errors.New("access: the label is too long or not text")
	ErrPast      = errors.New("access: the expiry has passed")
	ErrTooMany   = errors.New("access: the map has too many links")
	ErrLastOwner = errors.New("access: the last owner link cannot be revoked")
)

const (
	// LinksMax bounds the links of one map, the revoked ones too.
	LinksMax = 1000
	// LabelRunesMax bounds a link's label.
	LabelRunesMax = 100
	// tokenBytesMax bounds what is hashed; real tokens are much shorter.
	tokenBytesMax = 128
)

// Role is what a link lets its holder do, in ascending order. The numbers are those of wire.Role.
type Role uint8

const (
	View    Role = 1
	Comment Role = 2
	Edit    Role = 3
	Owner   Role = 4
)

var roleNames = [...]string{View: "view", Comment: "comment", Edit: "edit", Owner: "owner"}

func (r Role) String() string {
	if r < View || r > Owner {
		return "none"
	}
	return roleNames[r]
}

// ParseRole reads what String wrote.
func ParseRole(s string) (Role, error) {
	if i := slices.Index(roleNames[1:], s); i >= 0 {
		return Role(i + 1), nil
	}
	return 0, ErrRole
}

// Token is the secret part of a link's address. It must never be logged, so its own ways of being printed hide it.
type Token string

// NewToken returns a token with 130 random bits.
func NewToken() Token { return Token(strings.ToLower(rand.Text())) }

func (Token) String() string       { return "(token)" }
func (Token) GoString() string     { return "(token)" }
func (Token) LogValue() slog.Value { return slog.StringValue("(token)") }
func (t Token) Reveal() string     { return string(t) }
func (t Token) hash() (key string) { h := sha256.Sum256([]byte(t)); return hex.EncodeToString(h[:]) }

// Link is one key to a map.
type Link struct {
	ID      string    `json:"id"`
	Map     string    `json:"map"`
	Role    Role      `json:"role"`
	Label   string    `json:"label,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
	Revoked time.Time `json:"revoked,omitzero"` // zero: it is alive
}

// Grant is what a token opens.
type Grant struct {
	Map     string
	Role    Role
	Link    string    // its ID
	Expires time.Time // zero: never
}

// Change and Records are how links are kept; a store's records fit through a small adapter.
type Change struct {
	Bucket, Key string
	Value       []byte // nil deletes
}

// Records keeps small values for good. Apply writes all changes or none and returns once they are durable.
type Records interface {
	Apply(ctx context.Context, changes ...Change) error
	Get(ctx context.Context, bucket, key string) ([]byte, error) // nil, nil when there is none
	Scan(ctx context.Context, bucket, prefix string, each func(key string, value []byte) error) error
}

const (
	bucketMaps   = "maps"   // map -> mapRecord
	bucketLinks  = "links"  // link -> Link
	bucketTokens = "tokens" // hash of token -> link
	bucketOf     = "of"     // map/link -> nothing, to list the links of a map
)

type mapRecord struct {
	Created time.Time `json:"created"`
}

// Options of a Registry.
type Options struct {
	// NewID gives an ID for a map or a link. It names and never guards. Required.
	NewID func() string
	// OnRevoke is called with a link's ID after it was revoked, to cut its connections.
	OnRevoke func(link string)
	// Now is the wall clock. Default time.Now.
	Now func() time.Time
}

// Registry keeps maps and links in Records. Its methods may be called from many goroutines.
type Registry struct {
	records Records
	options Options
}

// New returns a Registry over records.
func New(records Records, options Options) *Registry {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.OnRevoke == nil {
		options.OnRevoke = func(string) {}
	}
	return &Registry{records, options}
}

// Resolve returns what the token opens, or ErrUnknown, ErrRevoked, ErrExpired.
func (r *Registry) Resolve(ctx context.Context, token Token) (Grant, error) {
	if len(token) > tokenBytesMax {
		token = token[:tokenBytesMax]
	}
	id, err := r.records.Get(ctx, bucketTokens, token.hash())
	if err != nil {
		return Grant{}, err
	}
	if id == nil {
		return Grant{}, ErrUnknown
	}
	return r.Alive(ctx, string(id))
}

// Alive returns what the link with this ID opens now, or ErrUnknown, ErrRevoked, ErrExpired.
func (r *Registry) Alive(ctx context.Context, link string) (Grant, error) {
	l, err := r.link(ctx, link)
	switch {
	case err != nil:
		return Grant{}, err
	case !l.Revoked.IsZero():
		return Grant{}, ErrRevoked
	case l.expired(r.options.Now()):
		return Grant{}, ErrExpired
	}
	return Grant{Map: l.Map, Role: l.Role, Link: l.ID, Expires: l.Expires}, nil
}

func (l *Link) expired(now time.Time) bool { return !l.Expires.IsZero() && !now.Before(l.Expires) }

func (r *Registry) link(ctx context.Context, id string) (l Link, err error) {
	if id == "" || strings.ContainsRune(id, 0) {
		return l, ErrUnknown
	}
	value, err := r.records.Get(ctx, bucketLinks, id)
	switch {
	case err != nil:
		return l, err
	case value == nil:
		return l, ErrUnknown
	}
	if err := json.Unmarshal(value, &l); err != nil {
		return l, fmt.Errorf("access: link %s cannot be read: %w", id, err)
	}
	return l, nil
}

// NewMapID returns an ID for a map that is about to be made; CreateMap makes it known.
func (r *Registry) NewMapID() string { return r.options.NewID() }

// Want describes a link to be minted.
type Want struct {
	Role    Role
	Label   string
	Expires time.Time // zero: never
	Token   Token     // empty: a new one; set only where a token is derived from a secret
}

// Minted is a new link with its token, which nobody can find out again.
type Minted struct {
	Link
	Token Token
}

// CreateMap makes the map known and mints its first links, all or nothing. What the map holds should be in the log by
// then: a map without a link harms nobody, a link without its map does.
func (r *Registry) CreateMap(ctx context.Context, mapID string, wants ...Want) ([]Minted, error) {
	record, err := json.Marshal(mapRecord{r.options.Now().UTC()})
	if err != nil {
		return nil, err
	}
	changes := []Change{{bucketMaps, mapID, record}}
	minted := make([]Minted, 0, len(wants))
	for _, w := range wants {
		m, c, err := r.prepare(mapID, w)
		if err != nil {
			return nil, err
		}
		minted, changes = append(minted, m), append(changes, c...)
	}
	if err := r.records.Apply(ctx, changes...); err != nil {
		return nil, fmt.Errorf("create map %s: %w", mapID, err)
	}
	return minted, nil
}

// Mint adds a link to a map that CreateMap made.
func (r *Registry) Mint(ctx context.Context, mapID string, want Want) (Minted, error) {
	if known, err := r.HasMap(ctx, mapID); err != nil || !known {
		return Minted{}, cmpErr(err, ErrNoMap)
	}
	links, err := r.Links(ctx, mapID)
	if err != nil {
		return Minted{}, err
	}
	if len(links) >= LinksMax {
		return Minted{}, ErrTooMany
	}
	m, changes, err := r.prepare(mapID, want)
	if err != nil {
		return Minted{}, err
	}
	if err := r.records.Apply(ctx, changes...); err != nil {
		return Minted{}, fmt.Errorf("mint link for map %s: %w", mapID, err)
	}
	return m, nil
}

func cmpErr(err, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

func (r *Registry) prepare(mapID string, want Want) (m Minted, changes []Change, err error) {
	now := r.options.Now().UTC()
	switch {
	case want.Role < View || want.Role > Owner:
		return m, nil, ErrRole
	case !utf8.ValidString(want.Label) || utf8.RuneCountInString(want.Label) > LabelRunesMax:
		return m, nil, ErrLabel
	case !want.Expires.IsZero() && !want.Expires.After(now):
		return m, nil, ErrPast
	}
	m.Token = want.Token
	if m.Token == "" {
		m.Token = NewToken()
	}
	m.Link = Link{ID: r.options.NewID(), Map: mapID, Role: want.Role, Label: want.Label, Created: now, Expires: want.Expires}
	value, err := json.Marshal(m.Link)
	if err != nil {
		return m, nil, err
	}
	return m, []Change{
		{bucketLinks, m.ID, value},
		{bucketOf, mapID + "/" + m.ID, []byte{}},
		{bucketTokens, m.Token.hash(), []byte(m.ID)},
	}, nil
}

// HasMap reports whether CreateMap made the map.
func (r *Registry) HasMap(ctx context.Context, mapID string) (bool, error) {
	if mapID == "" || strings.ContainsAny(mapID, "\x00/") {
		return false, nil
	}
	value, err := r.records.Get(ctx, bucketMaps, mapID)
	return value != nil, err
}

// Maps returns the IDs of all maps.
func (r *Registry) Maps(ctx context.Context) (ids []string, err error) {
	err = r.records.Scan(ctx, bucketMaps, "", func(id string, _ []byte) error {
		ids = append(ids, id)
		return nil
	})
	return ids, err
}

// Links returns all links of a map, the dead ones too, oldest first.
func (r *Registry) Links(ctx context.Context, mapID string) (links []Link, err error) {
	var ids []string
	err = r.records.Scan(ctx, bucketOf, mapID+"/", func(key string, _ []byte) error {
		ids = append(ids, key[len(mapID)+1:])
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		l, err := r.link(ctx, id)
		if err != nil {
			return nil, err
		}
		links = append(links, l)
	}
	slices.SortStableFunc(links, func(a, b Link) int { return a.Created.Compare(b.Created) })
	return links, nil
}

// Revoke makes a link of the map open nothing any more and has its connections cut. A link that is dead already stays as
// it is. The map's last living owner link is refused with ErrLastOwner: nobody could hand out links any more.
func (r *Registry) Revoke(ctx context.Context, mapID, link string) error {
	l, err := r.link(ctx, link)
	if err != nil {
		return err
	}
	if l.Map != mapID { // the owner of one map has no say over another, and does not learn what there is
		return ErrUnknown
	}
	if !l.Revoked.IsZero() {
		return nil
	}
	if l.Role == Owner {
		last, err := r.lastOwner(ctx, l)
		if err != nil {
			return err
		}
		if last {
			return ErrLastOwner
		}
	}
	l.Revoked = r.options.Now().UTC()
	value, err := json.Marshal(l)
	if err != nil {
		return err
	}
	if err := r.records.Apply(ctx, Change{bucketLinks, l.ID, value}); err != nil {
		return fmt.Errorf("revoke link %s: %w", l.ID, err)
	}
	r.options.OnRevoke(l.ID)
	return nil
}

func (r *Registry) lastOwner(ctx context.Context, l Link) (bool, error) {
	links, err := r.Links(ctx, l.Map)
	if err != nil {
		return false, err
	}
	now := r.options.Now()
	return !slices.ContainsFunc(links, func(o Link) bool {
		return o.ID != l.ID && o.Role == Owner && o.Revoked.IsZero() && !o.expired(now)
	}), nil
}
