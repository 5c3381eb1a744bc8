package server

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
)

// ErrTemplate is returned by Maps.New for a template that it does not know.
var ErrTemplate = errors.New("server: no such template")

// refusal is why a request is not granted, for its sender: a stable code, and what exactly.
type refusal struct {
	code       wire.Code
	name       string // for what no frame can be refused for, as "not_found"; empty: the code's
	status     int    // 0: by the table
	detail     string
	retryAfter time.Duration
}

func (e refusal) Error() string { return e.Name() + ": " + e.detail }

// Name is the stable short name.
func (e refusal) Name() string {
	if e.name != "" {
		return e.name
	}
	return e.code.String()
}

const codeOrigin = wire.CodeOrigin

// statuses is the one table from codes to HTTP; what is not in it is 500 or, where trying again helps, 503 (P72).
var statuses = map[wire.Code]int{
	wire.CodeLinkUnknown:  http.StatusNotFound,
	wire.CodeLinkRevoked:  http.StatusGone,
	wire.CodeLinkExpired:  http.StatusGone,
	wire.CodeMapUnknown:   http.StatusNotFound,
	wire.CodeMapDeleted:   http.StatusGone,
	wire.CodeNotAllowed:   http.StatusForbidden,
	wire.CodeOrigin:       http.StatusForbidden,
	wire.CodeFrameTooBig:  http.StatusRequestEntityTooLarge,
	wire.CodeEditRejected: http.StatusUnprocessableEntity,
	wire.CodeEditTooLong:  http.StatusUnprocessableEntity,
	wire.CodeBatchTooBig:  http.StatusUnprocessableEntity,
	wire.CodeMapFull:      http.StatusUnprocessableEntity,
	wire.CodeTooFast:      http.StatusTooManyRequests,
	wire.CodeConnections:  http.StatusTooManyRequests,
	wire.CodeStoreFull:    http.StatusInsufficientStorage,
}

func (e refusal) httpStatus() int {
	switch status, ok := statuses[e.code]; {
	case e.status != 0:
		return e.status
	case ok:
		return status
	case e.code.Retry() && e.code != wire.CodeInternal:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func tooFast(wait time.Duration) refusal { return refusal{code: wire.CodeTooFast, retryAfter: wait} }

// busyRetry is when to come back to a server that has all it can take.
const busyRetry = 10 * time.Second

// because turns any error into what its sender is told. The cause of what is our own fault stays here, for the log.
func because(err error) refusal {
	var already refusal
	var coded *room.Error
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &already):
		return already
	case errors.Is(err, access.ErrUnknown):
		return refusal{code: wire.CodeLinkUnknown}
	case errors.Is(err, access.ErrRevoked):
		return refusal{code: wire.CodeLinkRevoked}
	case errors.Is(err, access.ErrExpired):
		return refusal{code: wire.CodeLinkExpired}
	case errors.As(err, &coded) && coded.Code == wire.CodeBusy:
		return refusal{code: coded.Code, detail: coded.Detail, retryAfter: busyRetry}
	case errors.As(err, &coded):
		return refusal{code: coded.Code, detail: coded.Detail}
	case errors.As(err, &tooLarge):
		return refusal{code: wire.CodeFrameTooBig, detail: strconv.FormatInt(tooLarge.Limit, 10)}
	case errors.Is(err, ErrTemplate):
		return refusal{name: "bad_request", status: http.StatusBadRequest, detail: "template"}
	}
	return refusal{code: wire.CodeInternal}
}

// words are the sentence for people.
func (s *Server) words(lang string, e refusal) string {
	if e.name != "" {
		return s.o.Say(lang, "server."+e.name)
	}
	return s.o.Say(lang, e.code.Key())
}

// answerError answers as the asker can read it: JSON to calls, a plain page to people (P72).
func (s *Server) answerError(w http.ResponseWriter, r *http.Request, err error) {
	e := because(err)
	if status := e.httpStatus(); status >= 500 && e.code != wire.CodeBusy && e.code != wire.CodeRestarting {
		s.o.Logger.Error("a request failed", "route", r.Pattern, "code", e.Name(), "error", err)
	}
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.retryAfter.Seconds()))))
	} else if status := e.httpStatus(); status == http.StatusServiceUnavailable || status == http.StatusInsufficientStorage {
		w.Header().Set("Retry-After", "5")
	}
	lang := s.lang(r)
	if strings.HasPrefix(r.URL.Path, "/api/") || strings.HasSuffix(r.URL.Path, "/map.json") || strings.HasSuffix(r.URL.Path, "/live") {
		answer(w, e.httpStatus(), struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			Detail  string `json:"detail,omitempty"`
		}{e.Name(), s.words(lang, e), e.detail})
		return
	}
	page := Page{Kind: PageGone, Lang: lang, Title: s.o.Say(lang, "server.gone.title"), Text: s.words(lang, e)}
	s.page(w, r, e.httpStatus(), page)
}

// answer writes JSON.
func answer(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("server: an answer cannot be written: " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader has gone; nothing to be done
}
