package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// Run mounts the page that the address asks for and does not return while the
// page is open. Other addresses are pages of their own, which the browser loads.
func Run() {
	path := app.Window().URL().Path
	app.Route(path, func() app.Composer {
		if strings.HasPrefix(path, "/m/") {
			return &mapPage{}
		}
		return &startPage{}
	})
	app.RunWhenOnBrowser()
}
