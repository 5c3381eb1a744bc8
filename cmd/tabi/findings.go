package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tabi-map/tabi/app/i18n"
	"github.com/tabi-map/tabi/app/journey"
	"github.com/tabi-map/tabi/app/journey/journeyfile"
	"github.com/tabi-map/tabi/app/method"
	"github.com/tabi-map/tabi/crdt"
)

func findingsCommand() *cobra.Command {
	var t toolFlags
	var format string
	cmd := t.add(&cobra.Command{
		Use:   "findings FILE.json|MAP",
		Short: "Say what the map check finds in a file or a map",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "json" {
				return usageError{fmt.Errorf("--format %q: want json", format)}
			}
			if strings.HasSuffix(args[0], ".json") {
				file, err := os.ReadFile(args[0])
				if err != nil {
					return err
				}
				return printFindings(cmd, file)
			}
			return t.with(cmd, false, func(ctx context.Context, tools tools) error {
				file, err := tools.Export(ctx, args[0])
				if err != nil {
					return err
				}
				return printFindings(cmd, file)
			})
		},
	})
	cmd.Flags().StringVar(&format, "format", "json", "json")
	return cmd
}

// printFindings checks a map as a file: one way for files and maps, in which findings name
// notes as the file does.
func printFindings(cmd *cobra.Command, content []byte) error {
	file, err := journeyfile.Import(bytes.NewReader(content))
	if err != nil {
		return inWords(err, i18n.Lang(systemLang()))
	}
	doc := crdt.New()
	e := doc.Edit(1)
	file.Write(journey.Open(doc), e)
	if err := e.Err(); err != nil {
		return err
	}
	e.Commit()
	_, err = cmd.OutOrStdout().Write(method.JSON(journey.Open(doc), time.Now().Format(time.DateOnly), say))
	return err
}
