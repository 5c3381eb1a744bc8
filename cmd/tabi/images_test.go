package main_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// P81: pictures are in the same file as the maps, and go where it goes.
func TestPicturesAreInBackupsAndSurviveCompacting(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	_, edit, view := importInto(t, data, sampleFiles[0])
	p := start(t, data)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 48))); err != nil {
		t.Fatal(err)
	}
	path := func(url string) string { return url[strings.Index(url, "/m/"):] }
	res, err := http.Post(p.base+"/api"+path(edit)+"/images", "image/png", bytes.NewReader(picture.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		ID    string
		Width int
	}
	body, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if err := json.Unmarshal(body, &made); err != nil || res.StatusCode != 201 || made.Width != 64 {
		t.Fatalf("%d %s", res.StatusCode, body)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	must(t, "backup", "--data", data, backup)
	must(t, "compact", "--data", data)
	same := func(p *process) {
		t.Helper()
		if got := get(t, p.base+path(view)+"/images/"+made.ID, 200); got != picture.String() {
			t.Errorf("%d bytes came back of %d", len(got), picture.Len())
		}
	}
	same(p)
	p.stop()
	must(t, "verify", "--data", data)
	must(t, "verify", backup)
	fresh := filepath.Join(t.TempDir(), "fresh")
	must(t, "restore", "--data", fresh, backup)
	same(start(t, fresh))
	same(start(t, data))
}
