package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tabi-map/tabi/crdt"
	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
)

// The links of the sample maps stay the same over restarts although tokens are kept as hashes: they are derived from a
// secret that lies in the data directory and in no backup. Who loses the file gets the samples once more, under new links.
const sampleKeyFile = "sample-links.key"

// sample is a map that the product ships.
type sample struct {
	name string
	file []byte
}

// loadSamples makes the sample maps, once, and returns their links.
func loadSamples(ctx context.Context, dir string, e *engine) (made []namedMap, err error) {
	key, err := sampleKey(filepath.Join(dir, sampleKeyFile))
	if err != nil {
		return nil, err
	}
	for _, s := range sampleMaps() {
		tokens := server.FirstLinks{Owner: derive(key, s.name, "owner"), Edit: derive(key, s.name, "edit"), View: derive(key, s.name, "view")}
		grant, err := e.access.Resolve(ctx, tokens.Owner)
		switch {
		case errors.Is(err, access.ErrUnknown):
			draft, err := importJourney(bytes.NewReader(s.file), "en")
			if err != nil {
				return nil, fmt.Errorf("sample %s: %w", s.name, err)
			}
			if grant.Map, _, err = server.CreateMap(ctx, e.host, e.access, draft, tokens); err != nil {
				return nil, fmt.Errorf("sample %s: %w", s.name, err)
			}
		case errors.Is(err, access.ErrRevoked), errors.Is(err, access.ErrExpired):
			continue // somebody does not want it any more
		case err != nil:
			return nil, fmt.Errorf("sample %s: %w", s.name, err)
		}
		m := namedMap{newMap: e.newMap(grant.Map, tokens)}
		err = e.host.View(ctx, grant.Map, func(doc *crdt.Document) error { m.title = titleOf(doc, systemLang()); return nil })
		if err != nil {
			return nil, fmt.Errorf("sample %s: %w", s.name, err)
		}
		made = append(made, m)
	}
	return made, nil
}

type namedMap struct {
	newMap
	title string
}

func sampleKey(path string) ([]byte, error) {
	key, err := os.ReadFile(path)
	if err == nil && len(key) >= 32 {
		return key, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	key = make([]byte, 32)
	rand.Read(key) // never fails
	return key, os.WriteFile(path, key, 0o600)
}

var tokenAlphabet = base32.StdEncoding.WithPadding(base32.NoPadding)

// derive gives a token of 130 bits, as access.NewToken does.
func derive(key []byte, name, role string) access.Token {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s/%s", name, role)
	return access.Token(strings.ToLower(tokenAlphabet.EncodeToString(mac.Sum(nil))[:26]))
}
