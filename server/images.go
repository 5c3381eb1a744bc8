package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // the formats whose size can be read
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/tabi-map/tabi/crdt/wire"
	"github.com/tabi-map/tabi/server/access"
)

// Images are kept as records: what an image is in one, its bytes in several, since a record has a bound. An image is named
// by its content, so that the same one is kept once a map, and never changes (P81).
const (
	bucketImages     = "images"      // map/image -> format byte, uint32 bytes
	bucketImageBytes = "image-bytes" // map/image/part -> bytes
	imagePartBytes   = 512 << 10
	imageNameLen     = 40
)

var imageTypes = []string{"image/png", "image/jpeg", "image/webp", "image/gif"}

// newImage is the answer to an upload.
type newImage struct {
	ID     string `json:"id"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// takeImage keeps an image for a map (P80).
func (s *Server) takeImage(w http.ResponseWriter, r *http.Request) {
	grant, err := s.grant(r)
	switch {
	case err != nil:
	case grant.Role < access.Edit || s.o.Images == nil:
		err = refusal{code: wire.CodeNotAllowed}
	default:
		var made newImage
		if made, err = s.keepImage(w, r, grant.Map); err == nil {
			answer(w, http.StatusCreated, made)
			return
		}
	}
	s.answerError(w, r, err)
}

func (s *Server) keepImage(w http.ResponseWriter, r *http.Request, mapID string) (made newImage, err error) {
	select {
	case s.uploads <- struct{}{}:
		defer func() { <-s.uploads }()
	default:
		return made, refusal{code: wire.CodeBusy, retryAfter: s.o.Limits.DrawingWait}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(s.o.Limits.ImageBytes)))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return made, refusal{name: "image_too_big", status: http.StatusRequestEntityTooLarge, detail: strconv.FormatInt(tooLarge.Limit, 10)}
	}
	if err != nil {
		return made, refusal{name: "bad_request", status: http.StatusBadRequest, detail: err.Error()}
	}
	format, width, height := sizeOfImage(body)
	if format < 0 || width < 1 || height < 1 || width*height > s.o.Limits.ImagePixels {
		return made, refusal{name: "image_type", status: http.StatusUnsupportedMediaType}
	}
	sum := sha256.Sum256(body)
	made = newImage{hex.EncodeToString(sum[:])[:imageNameLen], width, height}
	key := mapID + "/" + made.ID

	s.imaging.Lock() // so that two at once do not go over the bound together
	defer s.imaging.Unlock()
	ctx, cancel := s.timeout(r)
	defer cancel()
	all, known := 0, false
	err = s.o.Images.Scan(ctx, bucketImages, mapID+"/", func(k string, v []byte) error {
		known = known || k == key
		_, n := imageOf(v)
		all += n
		return nil
	})
	if err != nil || known {
		return made, err
	}
	if limit := s.o.Limits.ImagesBytesPerMap; limit > 0 && all+len(body) > limit {
		return made, refusal{name: "images_full", status: http.StatusUnprocessableEntity, detail: strconv.Itoa(limit)}
	}
	changes := []access.Change{{Bucket: bucketImages, Key: key, Value: binary.BigEndian.AppendUint32([]byte{byte(format)}, uint32(len(body)))}}
	for part := 0; part*imagePartBytes < len(body); part++ {
		from := part * imagePartBytes
		changes = append(changes, access.Change{Bucket: bucketImageBytes, Key: imagePart(key, part), Value: body[from:min(len(body), from+imagePartBytes)]})
	}
	return made, s.o.Images.Apply(ctx, changes...)
}

func imagePart(key string, part int) string { return fmt.Sprintf("%s/%04d", key, part) }

// imageOf reads what an image is.
func imageOf(v []byte) (format, size int) {
	if len(v) != 5 || int(v[0]) >= len(imageTypes) {
		return -1, 0
	}
	return int(v[0]), int(binary.BigEndian.Uint32(v[1:]))
}

// sendImage answers with an image of the map that the link opens (P82).
func (s *Server) sendImage(w http.ResponseWriter, r *http.Request) {
	grant, err := s.grant(r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	h, tag := w.Header(), `"`+r.PathValue("image")+`"`
	contentType, body, err := s.image(r.Context(), grant.Map, r.PathValue("image"))
	switch {
	case err != nil:
		s.answerError(w, r, err)
		return
	case body == nil:
		s.nothingHere(w, r)
		return
	}
	h.Set("Cache-Control", "private, max-age=31536000, immutable") // private: the address holds a token
	h.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the reader has gone; nothing to be done
}

// image is an image of a map; nil when there is none.
func (s *Server) image(ctx context.Context, mapID, id string) (contentType string, body []byte, err error) {
	if s.o.Images == nil || len(id) != imageNameLen || strings.Trim(id, "0123456789abcdef") != "" {
		return "", nil, nil
	}
	key := mapID + "/" + id
	head, err := s.o.Images.Get(ctx, bucketImages, key)
	format, size := imageOf(head)
	if err != nil || format < 0 {
		return "", nil, err
	}
	for part := 0; len(body) < size; part++ {
		bytes, err := s.o.Images.Get(ctx, bucketImageBytes, imagePart(key, part))
		if err == nil && len(bytes) == 0 {
			err = fmt.Errorf("image %s: part %d is missing", key, part)
		}
		if err != nil {
			return "", nil, err
		}
		body = append(body, bytes...)
	}
	return imageTypes[format], body, nil
}

// copyImages gives a new map the images of the one that it was made from (P73).
func (s *Server) copyImages(ctx context.Context, from, to string) error {
	if s.o.Images == nil {
		return nil
	}
	for _, bucket := range []string{bucketImageBytes, bucketImages} { // what an image is comes last: it says that all is there
		var changes []access.Change
		err := s.o.Images.Scan(ctx, bucket, from+"/", func(key string, value []byte) error {
			changes = append(changes, access.Change{Bucket: bucket, Key: to + strings.TrimPrefix(key, from), Value: bytes.Clone(value)})
			return nil
		})
		if err == nil && len(changes) > 0 {
			err = s.o.Images.Apply(ctx, changes...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// imagesInside writes the images of a map into a file itself, so that it stands alone. What would make it too large to
// send is left out.
func (s *Server) imagesInside(ctx context.Context, mapID string) func(id string) string {
	left := s.o.Limits.ImagesBytesInside
	return func(id string) string {
		contentType, body, err := s.image(ctx, mapID, id)
		if err != nil {
			s.o.Logger.Error("an image cannot be read", "map", mapID, "error", err)
		}
		if left -= len(body); len(body) == 0 || left < 0 {
			return ""
		}
		return "data:" + contentType + ";base64," + base64.StdEncoding.EncodeToString(body)
	}
}

// sizeOfImage finds out by its bytes what an image is, and how large; format -1: none that is taken.
func sizeOfImage(body []byte) (format, width, height int) {
	format = -1
	for i, t := range imageTypes {
		if http.DetectContentType(body) == t {
			format = i
		}
	}
	if format >= 0 && imageTypes[format] == "image/webp" {
		width, height = sizeOfWebP(body)
		return format, width, height
	}
	c, name, err := image.DecodeConfig(bytes.NewReader(body))
	if format < 0 || err != nil || "image/"+name != imageTypes[format] {
		return -1, 0, 0
	}
	return format, c.Width, c.Height
}

// sizeOfWebP reads the head of the first chunk.
func sizeOfWebP(b []byte) (width, height int) {
	if len(b) < 30 {
		return 0, 0
	}
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(b[at:])) }
	switch string(b[12:16]) {
	case "VP8 ":
		return u16(26) & 0x3fff, u16(28) & 0x3fff
	case "VP8L":
		bits := binary.LittleEndian.Uint32(b[21:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1
	case "VP8X":
		return u16(24) + int(b[26])<<16 + 1, u16(27) + int(b[29])<<16 + 1
	}
	return 0, 0
}
