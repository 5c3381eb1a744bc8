package pages

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"github.com/tabi-map/tabi/app/i18n"
)

// keepLinksToTheBrowser takes back go-app's own handling of clicks on links:
// each of our pages is a page of the server, with its own drawing in it.
func keepLinksToTheBrowser() { app.Window().Set("onclick", nil) }

// applyLanguage tells the page, for screen readers and line breaking.
func applyLanguage(lang i18n.Lang) {
	root().Set("lang", string(lang))
	root().Set("dir", lang.Dir())
}

// wished is the language that was chosen last on this page, whether or not its texts are here.
var wished i18n.Lang

// languageSwitch offers all languages; done is called with the chosen one when the
// page can speak it, failed when its texts do not come.
func languageSwitch(current i18n.Lang, done func(app.Context, i18n.Lang), failed func(app.Context)) app.UI {
	var buttons []app.UI
	for _, lang := range i18n.Langs {
		buttons = append(buttons, app.Button().Class("button").Type("button").Lang(string(lang)).
			Aria("pressed", lang == current).Text(lang.Name()).
			OnClick(func(ctx app.Context, e app.Event) {
				wished = lang
				tabi().Call("learn", string(lang)).Then(func(v app.Value) {
					ctx.Dispatch(func(ctx app.Context) {
						if wished != lang {
							return // another was chosen while its texts came
						}
						if learn(lang); !lang.BuiltIn() && v.String() == "" {
							failed(ctx)
							return
						}
						remember(keyLang, string(lang))
						applyLanguage(lang)
						done(ctx, lang)
					})
				})
			}, app.EventScope(string(lang))))
	}
	return app.Div().Class("bar-group").Role("group").Aria("label", i18n.T(current, "pages.language")).Body(buttons...)
}

// themeSwitch offers light, dark, and what the system wishes.
func themeSwitch(lang i18n.Lang) app.UI {
	current := recall(keyTheme)
	var buttons []app.UI
	for _, theme := range []string{"", "light", "dark"} {
		name := theme
		if name == "" {
			name = "auto"
		}
		buttons = append(buttons, app.Button().Class("button").Type("button").
			Aria("pressed", theme == current).Text(i18n.T(lang, "pages.theme."+name)).
			OnClick(func(ctx app.Context, e app.Event) {
				remember(keyTheme, theme)
				dress("theme", theme)
			}, app.EventScope(name)))
	}
	return app.Div().Class("bar-group").Role("group").Aria("label", i18n.T(lang, "pages.theme")).Body(buttons...)
}

// dress writes a look into the page, and tells who draws without its style sheets.
func dress(key, look string) {
	if look == "" {
		root().Get("dataset").Delete(key)
	} else {
		root().Get("dataset").Set(key, look)
	}
	app.Window().Call("dispatchEvent", app.Window().Get("Event").New("tabitheme"))
}

// contrastSwitch asks for more contrast than the system does.
func contrastSwitch(lang i18n.Lang) app.UI {
	on := recall(keyContrast) == "more"
	return app.Button().Class("button").Type("button").Aria("pressed", on).Text(i18n.T(lang, "pages.contrast")).
		OnClick(func(ctx app.Context, e app.Event) {
			next := "more"
			if recall(keyContrast) == "more" {
				next = ""
			}
			remember(keyContrast, next)
			dress("contrast", next)
		})
}
