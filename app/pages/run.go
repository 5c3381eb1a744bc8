package pages

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// Run mounts the page that the address asks for and does not return while the
// page is open.
func Run() {
	app.Route("/", func() app.Composer { return &startPage{} })
	app.RouteWithRegexp("^/m/[^/]+$", func() app.Composer { return &mapPage{} })
	app.RunWhenOnBrowser()
}
