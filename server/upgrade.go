package server

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"net"
	"net/http"
	"slices"
	"strings"
)

// upgrade answers the handshake of a WebSocket (RFC 6455, 4.2) and takes the socket over, with what the client sent ahead.
// No extension is agreed on: edits are small and encoded already, and compressed messages would be counted by their size
// after all. When it is not a handshake, that was answered.
func upgrade(w http.ResponseWriter, r *http.Request) (tcp net.Conn, early []byte, ok bool) {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case r.Method != http.MethodGet || !names(r.Header, "Connection", "upgrade") || !names(r.Header, "Upgrade", "websocket"):
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		plain(w, http.StatusUpgradeRequired, "a WebSocket is wanted here")
		return nil, nil, false
	case r.Header.Get("Sec-WebSocket-Version") != "13" || err != nil || len(key) != 16:
		w.Header().Set("Sec-WebSocket-Version", "13")
		plain(w, http.StatusBadRequest, "not a WebSocket handshake of version 13")
		return nil, nil, false
	}
	var ahead *bufio.ReadWriter
	if tcp, ahead, err = http.NewResponseController(w).Hijack(); err != nil {
		plain(w, http.StatusInternalServerError, "no WebSocket is possible here")
		return nil, nil, false
	}
	if n := ahead.Reader.Buffered(); n > 0 { // a client that did not wait for our answer
		b, _ := ahead.Reader.Peek(n) // it is there
		early = slices.Clone(b)
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err = tcp.Write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: " +
		base64.StdEncoding.EncodeToString(sum[:]) + "\r\n\r\n"))
	if err != nil {
		tcp.Close()
		return nil, nil, false
	}
	return tcp, early, true
}

// names tells whether a header's list holds a word.
func names(h http.Header, key, word string) bool {
	for _, line := range h.Values(key) {
		for one := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(one), word) {
				return true
			}
		}
	}
	return false
}
