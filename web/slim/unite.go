package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
)

// generated is go-app's file with a type and an interface for each HTML element, each with some
// sixty methods that are the same but for the type's name.
const generated = "pkg/app/html_gen.go"

// unite makes one type of all elements of go-app: HTMLDiv, HTMLInput and the others become names
// for HTMLElem, which gets the methods of all. go-app tells elements apart by their tag, never by
// their type, so nothing else changes; and the program holds each method once.
func unite(name string) error {
	source, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var elements []string
	for _, m := range regexp.MustCompile(`(?m)^type HTML(\w+) interface`).FindAllSubmatch(source, -1) {
		elements = append(elements, string(m[1]))
	}
	if len(elements) == 0 {
		return fmt.Errorf("%s has no elements", generated)
	}
	source = regexp.MustCompile(`\b(HTML|html)(`+strings.Join(elements, "|")+`)\b`).ReplaceAll(source, []byte("${1}Elem"))
	for _, n := range narrowed {
		source = n.from.ReplaceAll(source, []byte(n.to))
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	seen := map[string]string{} // of a type, a function or a method: how it is written
	kept := f.Decls[:0]
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			d.Doc = nil
			if d.Name.Name == "Textf" {
				continue // formats, and is another thing for a textarea
			}
			if d.Recv != nil {
				text := printed(set, d)
				if was, ok := seen[d.Name.Name]; ok {
					if own := textareas[d.Name.Name]; was != text && (own == "" || text != own) {
						return fmt.Errorf("%s: %s is not the same for all elements", generated, d.Name.Name)
					}
					continue
				}
				if own := textareas[d.Name.Name]; own != "" {
					d.Body.List = append([]ast.Stmt{whenTextarea(own)}, d.Body.List...)
				}
				seen[d.Name.Name] = text
			}
		case *ast.GenDecl:
			if t, ok := d.Specs[0].(*ast.TypeSpec); ok {
				if _, ok := t.Type.(*ast.InterfaceType); ok || seen["type"] != "" {
					continue
				}
				seen["type"] = "seen"
			}
		}
		kept = append(kept, d)
	}
	f.Decls, f.Comments = kept, nil
	var b bytes.Buffer
	if err := format.Node(&b, set, f); err != nil {
		return err
	}
	b.WriteString("\n")
	for _, e := range elements {
		fmt.Fprintf(&b, "type HTML%s = *htmlElem\n", e)
	}
	return os.WriteFile(name, b.Bytes(), 0o644)
}

// narrowed are parameters that take more than we give: a list of classes or of values to format costs
// each call a slice, a value of any type its boxing.
var narrowed = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile(`Class\(v \.\.\.string\)`), "Class(v string)"},
	{regexp.MustCompile(`strings\.Join\(v, " "\)`), "v"},
	{regexp.MustCompile(`import \(\n\t"strings"\n\)`), ""},
	{regexp.MustCompile(`\(format string, v \.\.\.any\) HTMLElem \{\n\te\.setAttr\((\S+), FormatString\(format, v\.\.\.\)\)`), "(v string) HTMLElem {\n\te.setAttr($1, v)"},
	{regexp.MustCompile(`Text\(v any\) HTMLElem`), "Text(v string) HTMLElem"},
}

// textareas are the methods that a textarea has otherwise than all other elements: its text is an
// attribute.
var textareas = map[string]string{
	"Text": `func (e *htmlElem) Text(v string) HTMLElem {
	e.setAttr("value", v)
	return e
}`,
}

// whenTextarea is the statement that does what method does if the element is a textarea.
func whenTextarea(method string) ast.Stmt {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package app\n"+method, parser.SkipObjectResolution)
	if err != nil {
		panic(err) // the text above is not Go
	}
	return &ast.IfStmt{
		Cond: &ast.BinaryExpr{X: ast.NewIdent(`e.tag`), Op: token.EQL, Y: ast.NewIdent(`"textarea"`)},
		Body: f.Decls[0].(*ast.FuncDecl).Body,
	}
}

func printed(set *token.FileSet, n ast.Node) string {
	var b bytes.Buffer
	_ = format.Node(&b, set, n)
	return b.String()
}
