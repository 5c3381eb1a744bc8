package board

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// icons are drawn in a square of 24, lines only; colour and weight are CSS.
var icons = map[string]string{
	"note":     "M5 4h14v10l-6 6H5zM13 20v-6h6M9 9h6",
	"hand":     "M8 12V6a1.5 1.5 0 0 1 3 0v5M11 10V4.5a1.5 1.5 0 0 1 3 0V10M14 10V6a1.5 1.5 0 0 1 3 0v8c0 4-2.5 6.5-6 6.5-3 0-4.5-1.5-6-4l-2-3.5a1.5 1.5 0 0 1 2.600-1.5L8 14",
	"select":   "M5 4l5.5 15 2.300-6.200L19 10.5z",
	"link":     "M4 18C6 10 12 8 19 8M15 4l4 4-4 4",
	"pen":      "M5 19l1-4L16.5 4.5l3 3L9 18zM14.5 6.5l3 3",
	"undo":     "M9 7L4 12l5 5M4 12h10a6 6 0 0 1 6 6",
	"redo":     "M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6",
	"find":     "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20",
	"help":     "M9 9a3 3 0 1 1 4.5 2.600C12.5 12.300 12 13 12 14.5M12 18v.3",
	"minus":    "M5 12h14",
	"plus":     "M5 12h14M12 5v14",
	"fit":      "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
	"map":      "M4 5h16v14H4zM13 12h5v5h-5z",
	"copy":     "M8 8h11v11H8zM5 15V5h10",
	"trash":    "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
	"lock":     "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
	"details":  "M4 5h16v14H4zM14 5v14M16.5 9h1M16.5 12h1",
	"align":    "M4 3v18M8 6h11v4H8zM8 14h7v4H8z",
	"close":    "M6 6l12 12M18 6L6 18",
	"phase":    "M4 7h11l5 5-5 5H4l4-5z",
	"lane":     "M4 5h16v5H4zM4 14h16v5H4z",
	"more":     "M6 12h.1M12 12h.1M18 12h.1",
	"smile":    "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.5 14.5c1.800 2.400 5.200 2.400 7 0M9 9.5v.6M15 9.5v.6",
	"check":    "M5 12.5l4.5 4.5L19 7.5",
	"up":       "M12 19V5M6 11l6-6 6 6",
	"down":     "M12 5v14M6 13l6 6 6-6",
	"left":     "M19 12H5M11 6l-6 6 6 6",
	"right":    "M5 12h14M13 6l6 6-6 6",
	"people":   "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3.5 19c0-3.5 2.5-5.5 5.5-5.5s5.5 2 5.5 5.5M16 5.5a2.800 2.800 0 0 1 0 5.400M17 14c2.300.6 3.5 2.400 3.5 5",
	"emotion":  "M3 15c3 0 4-8 7-8s3 10 6 10 3-5 5-5",
	"keyboard": "M3 7h18v10H3zM6.5 10.5h.1M10 10.5h.1M13.5 10.5h.1M17 10.5h.1M8 14h8",
}

func icon(name string) app.UI {
	return app.Raw(`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="` + icons[name] + `"/></svg>`)
}
