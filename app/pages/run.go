package pages

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// collectLatest is how long a page opens without collecting garbage.
const collectLatest = 10 * time.Second

// Run mounts the page that the address asks for and does not return while the
// page is open. Other addresses are pages of their own, which the browser loads.
func Run() {
	path := app.Window().URL().Path
	app.Route(path, func() app.Composer {
		if strings.HasPrefix(path, "/m/") {
			return &mapPage{}
		}
		collect()
		return &startPage{}
	})
	time.AfterFunc(collectLatest, collect) // no map may come
	app.RunWhenOnBrowser()
}
