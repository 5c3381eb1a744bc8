// Package e2e tests Tabi as people meet it: the real binary, a real Chromium,
// two or three people at once.
//
// Three tests run at once (t.Parallel), so each keeps to servers, maps and people of
// its own. A test starts a server of its own (Start), makes a map in it (Import), and
// lets people join: each Person is a browser context of their own, as if on
// another machine. Whatever a page writes to its console as an error, or a
// panic of the client, fails the test unless the test said before that it is
// to come (Person.Expect). A test never sleeps: it waits for what a person
// could see (Until). When a test fails, a picture of each page, its console and
// the server's log are left in web/e2e/artifacts/.
//
//	make e2e                     all of them
//	make e2e RUN=TestBothSee     one
//
// E2E=must (as in make) fails when there is no browser, E2E=off leaves all out,
// and without either a missing browser is a loud skip. CHROME names a browser.
package e2e
