package server

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// clientAddr is who asks: the other end of the socket, or, when that is a trusted proxy, whom it names. Forwarded
// addresses are read from the right: what stands further left was written by the client itself.
func (s *Server) clientAddr(r *http.Request) netip.Addr {
	addr := remoteAddr(r)
	if !s.trusted(addr) {
		return addr
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		if addr = next.Unmap(); !s.trusted(addr) {
			break
		}
	}
	return addr
}

func remoteAddr(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

func (s *Server) trusted(addr netip.Addr) bool {
	return slices.ContainsFunc(s.o.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// secure reports whether the browser came by https, as far as can be known.
func (s *Server) secure(r *http.Request) bool {
	if r.TLS != nil {
		return true
	}
	return s.trusted(remoteAddr(r)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// addresses keeps what each address has done lately.
type addresses struct {
	limits Limits
	now    func() time.Time

	mu    sync.Mutex // guards the following
	known map[netip.Addr]*address
}

type address struct {
	requests, handshakes, misses, maps *rate.Limiter
	conns                              int
	seen                               time.Time
}

func newAddresses(l Limits, now func() time.Time) *addresses {
	return &addresses{limits: l, now: now, known: map[netip.Addr]*address{}}
}

// of returns what is known of an address; nil when limits do not hold for it. The lock must be held.
func (a *addresses) of(addr netip.Addr) *address {
	if !addr.IsValid() || addr.IsLoopback() {
		return nil
	}
	if addr.Is6() {
		p, _ := addr.Prefix(64) // whoever has one address of it has them all
		addr = p.Addr()
	}
	now := a.now()
	if at := a.known[addr]; at != nil {
		at.seen = now
		return at
	}
	if len(a.known) >= a.limits.Addresses && a.limits.Addresses > 0 {
		a.forget(now)
	}
	l := a.limits
	at := &address{
		requests:   limiter(float64(l.RequestsPerSecond), l.RequestsBurst),
		handshakes: limiter(float64(l.HandshakesPerSecond), l.HandshakesBurst),
		misses:     limiter(float64(l.MissesPerMinute)/60, l.MissesBurst),
		maps:       limiter(float64(l.MapsPerHour)/3600, l.MapsBurst),
		seen:       now,
	}
	a.known[addr] = at
	return at
}

func limiter(perSecond float64, burst int) *rate.Limiter {
	if perSecond < 0 || burst < 0 {
		return rate.NewLimiter(rate.Inf, 0)
	}
	return rate.NewLimiter(rate.Limit(perSecond), burst)
}

// forget drops the quieter half of the addresses without connections. The lock must be held.
func (a *addresses) forget(now time.Time) {
	var ages []time.Duration
	for _, at := range a.known {
		if at.conns == 0 {
			ages = append(ages, now.Sub(at.seen))
		}
	}
	if len(ages) == 0 {
		return
	}
	slices.Sort(ages)
	limit := ages[len(ages)/2]
	for addr, at := range a.known {
		if at.conns == 0 && now.Sub(at.seen) >= limit {
			delete(a.known, addr)
		}
	}
}

// take asks one of an address's limiters.
func (a *addresses) take(addr netip.Addr, which func(*address) *rate.Limiter) (wait time.Duration, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := a.of(addr)
	if at == nil {
		return 0, true
	}
	now := a.now()
	limiter := which(at)
	if limiter.AllowN(now, 1) {
		return 0, true
	}
	missing := 1 - limiter.TokensAt(now)
	return time.Duration(missing / float64(limiter.Limit()) * float64(time.Second)), false
}

func (a *addresses) request(addr netip.Addr) (time.Duration, bool) {
	return a.take(addr, func(at *address) *rate.Limiter { return at.requests })
}

func (a *addresses) handshake(addr netip.Addr) (time.Duration, bool) {
	return a.take(addr, func(at *address) *rate.Limiter { return at.handshakes })
}

func (a *addresses) miss(addr netip.Addr) (time.Duration, bool) {
	return a.take(addr, func(at *address) *rate.Limiter { return at.misses })
}

func (a *addresses) newMap(addr netip.Addr) (time.Duration, bool) {
	return a.take(addr, func(at *address) *rate.Limiter { return at.maps })
}

// connect counts a connection; the returned function takes it back. ok is false when the address has too many.
func (a *addresses) connect(addr netip.Addr) (release func(), ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := a.of(addr)
	if at == nil {
		return func() {}, true
	}
	if limit := a.limits.ConnectionsPerAddress; limit > 0 && at.conns >= limit {
		return func() {}, false
	}
	at.conns++
	return func() {
		a.mu.Lock()
		at.conns--
		a.mu.Unlock()
	}, true
}
