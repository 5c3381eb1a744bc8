// Package architecture holds no code, only the test that the house stands as
// ARCHITECTURE.md says.
package architecture

import (
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tabi-map/tabi/"

// TestImports reads the table of ARCHITECTURE.md and then the imports of every
// file that is not a test: each must be allowed by the row of its package.
func TestImports(t *testing.T) {
	rows := readTable(t)
	checked := 0
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "test/"+path.Base(file)) {
			continue
		}
		dir := path.Dir(file)
		row := rowOf(rows, dir)
		if row == nil {
			if !strings.HasPrefix(dir, "cmd/") && !strings.HasPrefix(dir, "internal/") && dir != "." {
				t.Errorf("%s: its package has no row in ARCHITECTURE.md", file)
			}
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if why := row.refuses(dir, imported); why != "" {
				t.Errorf("%s imports %s: %s (ARCHITECTURE.md, row %q)", file, imported, why, row.name)
			}
			checked++
		}
	}
	if checked < 100 {
		t.Errorf("only %d imports were looked at", checked)
	}
}

// row is one line of the table.
type row struct {
	name     string   // of the first package, as it stands there
	packages []string // that the row is about; what lies below them is meant too
	ours     []string // may be imported; with … also what lies below
	outside  []string // parts of import paths from elsewhere
	testOnly bool
}

func readTable(t *testing.T) []row {
	t.Helper()
	data, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok1 := strings.Cut(string(data), "<!-- imports:begin")
	table, _, ok2 := strings.Cut(table, "<!-- imports:end -->")
	if !ok1 || !ok2 {
		t.Fatal("ARCHITECTURE.md has no table between imports:begin and imports:end")
	}
	var rows []row
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 || strings.HasPrefix(cells[0], "-") || strings.TrimSpace(cells[0]) == "package" {
			continue
		}
		r := row{name: strings.TrimSpace(cells[0])}
		r.packages = names(strings.ReplaceAll(cells[0], "(and below)", ""))
		r.ours = names(cells[1])
		for _, name := range names(cells[2]) {
			switch name {
			case "test only":
				r.testOnly = true
			case "std":
			default:
				r.outside = append(r.outside, name)
			}
		}
		rows = append(rows, r)
	}
	if len(rows) < 10 {
		t.Fatalf("only %d rows were read from ARCHITECTURE.md", len(rows))
	}
	return rows
}

func names(cell string) []string {
	var list []string
	for name := range strings.SplitSeq(cell, ",") {
		if name = strings.Trim(name, " `"); name != "" && name != "—" {
			list = append(list, name)
		}
	}
	return list
}

// rowOf is the row with the longest package that dir is, or lies below.
func rowOf(rows []row, dir string) *row {
	var found *row
	longest := -1
	for i := range rows {
		for _, p := range rows[i].packages {
			if (dir == p || strings.HasPrefix(dir, p+"/")) && len(p) > longest {
				found, longest = &rows[i], len(p)
			}
		}
	}
	return found
}

// refuses says why a package of the row may not import a path; "" if it may.
func (r *row) refuses(dir, imported string) string {
	ours, isOurs := strings.CutPrefix(imported, module)
	switch {
	case isOurs:
		for _, p := range slices.Concat(r.ours, r.packages) {
			below, all := strings.CutSuffix(p, "…")
			below = strings.TrimSuffix(below, "/")
			if ours == below || (all || slices.Contains(r.packages, p)) && strings.HasPrefix(ours, below+"/") {
				return ""
			}
		}
		return "a package of ours that it may not know"
	case !strings.Contains(strings.Split(imported, "/")[0], "."):
		return "" // the standard library
	case r.testOnly:
		return ""
	}
	for _, part := range r.outside {
		if strings.Contains(imported, part) {
			return ""
		}
	}
	return "a module from outside that it may not use"
}

// TestCitedRulesExist looks for rules that comments and test names cite, as P7
// or J12, and for their definition at the head of a line in the document.
func TestCitedRulesExist(t *testing.T) {
	documents := map[string]string{"P": "docs/protocol.md", "J": "docs/journey.md", "C": "docs/crdt.md"}
	texts := map[string]string{}
	for letter, name := range documents {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("rules %s…: %v", letter, err)
		}
		texts[letter] = string(data)
	}
	cited := 0
	for _, file := range goFiles(t) {
		for _, rule := range citations(t, file) {
			cited++
			letter := rule[:1]
			if texts[letter] == "" {
				continue // said above, once
			}
			if !regexp.MustCompile(`(?m)^[\s#*|>-]*` + rule + `\b`).MatchString(texts[letter]) {
				t.Errorf("%s cites %s, which %s does not define", file, rule, documents[letter])
			}
		}
	}
	if cited < 10 {
		t.Errorf("only %d citations were found", cited)
	}
}

// TestEveryRuleOfTheProtocolHasATest looks for a test or subtest whose name bears the number of each rule.
func TestEveryRuleOfTheProtocolHasATest(t *testing.T) {
	text, err := os.ReadFile("docs/protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	borne := map[string]bool{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			for _, rule := range cited(t, file, false) {
				borne[rule] = true
			}
		}
	}
	rules := regexp.MustCompile(`(?m)^\*\*(P[0-9]+)\*\*`).FindAllStringSubmatch(string(text), -1)
	for _, rule := range rules {
		if !borne[rule[1]] {
			t.Errorf("no test bears the number of %s", rule[1])
		}
	}
	if len(rules) < 50 {
		t.Errorf("only %d rules were found", len(rules))
	}
}

var (
	inComment = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.+-])([PJC][1-9][0-9]?)(?:[^A-Za-z0-9_+-]|$)`)
	inString  = regexp.MustCompile("^[\"`]([PJC][1-9][0-9]?)[_:/ ]")
	inName    = regexp.MustCompile(`_([PJC][1-9][0-9]?)(?:_|$)`)
)

// citations are the rules that a file's comments, test names and subtest names
// cite.
func citations(t *testing.T, file string) []string {
	t.Helper()
	return cited(t, file, true)
}

func cited(t *testing.T, file string, comments bool) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var s scanner.Scanner
	files := token.NewFileSet()
	s.Init(files.AddFile(file, -1, len(data)), data, nil, scanner.ScanComments)
	var rules []string
	for {
		_, kind, text := s.Scan()
		var found [][]string
		switch kind {
		case token.EOF:
			return rules
		case token.COMMENT:
			if !comments {
				continue
			}
			found = inComment.FindAllStringSubmatch(text, -1)
		case token.STRING:
			found = inString.FindAllStringSubmatch(text, -1)
		case token.IDENT:
			if strings.HasPrefix(text, "Test") {
				found = inName.FindAllStringSubmatch(text, -1)
			}
		}
		for _, f := range found {
			rules = append(rules, f[1])
		}
	}
}

// goFiles are all Go files of the main module, by slash path.
func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "node_modules" || d.Name() == "testdata") {
				return fs.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil && name != "." {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(name, ".go") {
			files = append(files, filepath.ToSlash(name))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
