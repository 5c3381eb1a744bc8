package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/tabi-map/tabi/server"
	"github.com/tabi-map/tabi/server/access"
	"github.com/tabi-map/tabi/server/room"
	"github.com/tabi-map/tabi/server/store"
)

const defaultListen = "127.0.0.1:8080"

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "tabi",
		Short:         "A shared whiteboard for customer journey maps",
		Long:          "A shared whiteboard for customer journey maps.\n\nEvery flag can come from the environment: --data is TABI_DATA, --log-level is TABI_LOG_LEVEL. A flag wins.",
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return fromEnvironment(cmd)
		},
	}
	root.SetGlobalNormalizationFunc(aliases)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(serveCommand(), importCommand(), exportCommand(), findingsCommand(), mapsCommand(), linksCommand(), compactCommand(),
		backupCommand(), restoreCommand(), verifyCommand(), healthcheckCommand(), versionCommand())
	return root
}

func serveCommand() *cobra.Command {
	var c serveSettings
	d, rd := server.DefaultLimits, room.DefaultLimits
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the maps of a data directory",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), c, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.data, "data", "data", "directory that holds the maps; made when it does not exist")
	f.StringVar(&c.listen, "listen", defaultListen, "address to serve on (also --addr); port 0 takes a free one")
	f.StringVar(&c.url, "url", "", "address under which browsers find the server, as https://maps.example.org")
	f.BoolVar(&c.samples, "samples", false, "load the sample maps, once, and print their links")
	f.BoolVar(&c.noCreate, "no-create", false, "nobody may make maps in the browser; only \"tabi import\" does")
	f.StringSliceVar(&c.proxies, "trusted-proxy", nil, "address or network of a proxy whose X-Forwarded-… headers are believed")
	f.StringSliceVar(&c.origins, "origin", nil, "further origin whose pages may connect, as https://intranet.example.org")
	f.StringVar(&c.metricsListen, "metrics-listen", "", "serve /metrics on an address of its own too")
	f.StringVar(&c.metricsToken, "metrics-token", "", "bearer token for /metrics; without one only this machine may read it")
	f.StringVar(&c.logLevel, "log-level", "info", "debug, info, warn or error")
	f.StringVar(&c.logFormat, "log-format", "text", "text or json")
	f.DurationVar(&c.grace, "grace", 10*time.Second, "how long ending may take")
	f.DurationVar(&c.drain, "drain", 0, "how long /readyz says no before ending begins")
	f.DurationVar(&c.spread, "reconnect-spread", rd.ReconnectSpread, "time over which people are asked to come back after a restart")
	f.Uint64Var(&c.retainEntries, "retain-entries", 0, "history: newest entries of each map to keep; 0 keeps all")
	f.DurationVar(&c.retainFor, "retain-for", 0, "history: age up to which entries are kept; 0 keeps all")
	f.DurationVar(&c.forgetAfter, "forget-after", rd.ForgetAfter, "how long deleted notes can be brought back at the least; negative: for ever")
	f.IntVar(&c.connections, "connections", d.Connections, "most connections at once; -1 for no limit")
	f.IntVar(&c.connectionsPerAddr, "connections-per-address", d.ConnectionsPerAddress, "most connections of one address; -1 for no limit")
	f.IntVar(&c.imageBytes, "image-bytes", d.ImageBytes, "largest image that is taken, in bytes")
	f.IntVar(&c.imagesPerMapBytes, "images-per-map-bytes", d.ImagesBytesPerMap, "most bytes of images in one map; -1 for no limit")
	f.IntVar(&c.peersPerMap, "peers-per-map", rd.PeersMax, "most people in one map at once")
	return cmd
}

// toolFlags are those of every command on a data directory.
type toolFlags struct{ data, url string }

func (t *toolFlags) add(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().StringVar(&t.data, "data", "data", "directory that holds the maps")
	cmd.Flags().StringVar(&t.url, "url", "", "address to begin links with when no server runs (default http://"+defaultListen+")")
	return cmd
}

// with runs fn on the directory, or through the server that holds it. The directory must exist, unless makes is set: a
// mistyped name should not make a new one.
func (t *toolFlags) with(cmd *cobra.Command, makes bool, fn func(ctx context.Context, tools tools) error) (err error) {
	u, err := parseURL(t.url)
	if err != nil {
		return err
	}
	base := "http://" + defaultListen
	if u != nil {
		base = u.String()
	}
	if _, err := os.Stat(filepath.Join(t.data, store.FileName)); err != nil && !makes {
		return fmt.Errorf("%s: %w", say(systemLang(), "server.cli.no_data"), err)
	}
	tools, err := openTools(cmd.Context(), t.data, base, systemLang())
	if err != nil {
		return err
	}
	defer func() {
		if e := tools.Close(); err == nil {
			err = e
		}
	}()
	return fn(cmd.Context(), tools)
}

func importCommand() *cobra.Command {
	var t toolFlags
	return t.add(&cobra.Command{
		Use:   "import FILE.json",
		Short: "Make a map of a file and print its links",
		Long:  "Make a map of a file (- is standard input) and print its links. A file with a mistake writes nothing; the message names line and field.",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := openInput(cmd, args[0])
			if err != nil {
				return err
			}
			defer file.Close()
			return t.with(cmd, true, func(ctx context.Context, tools tools) error {
				m, err := tools.Import(ctx, file, systemLang())
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "map %s\nowner %s\nedit %s\nview %s\n", m.ID, m.Owner, m.Edit, m.View)
				return nil
			})
		},
	})
}

func openInput(cmd *cobra.Command, name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(cmd.InOrStdin()), nil
	}
	return os.Open(name)
}

func exportCommand() *cobra.Command {
	var t toolFlags
	var format string
	cmd := t.add(&cobra.Command{
		Use:   "export MAP",
		Short: "Write a map to standard output",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if format != "json" {
				return usageError{fmt.Errorf("--format %q: want json", format)}
			}
			return t.with(cmd, false, func(ctx context.Context, tools tools) error {
				file, err := tools.Export(ctx, args[0])
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(file)
				return err
			})
		},
	})
	cmd.Flags().StringVar(&format, "format", "json", "json")
	return cmd
}

func mapsCommand() *cobra.Command {
	var t toolFlags
	return t.add(&cobra.Command{
		Use:   "maps",
		Short: "List the maps",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return t.with(cmd, false, func(ctx context.Context, tools tools) error {
				maps, err := tools.Maps(ctx)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "MAP\tCHANGED\tENTRIES\tLINKS\tTITLE")
				for _, m := range maps {
					fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", m.ID, when(m.Changed), m.Entries, m.Links, m.Title)
				}
				return w.Flush()
			})
		},
	})
}

func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Local().Format("2006-01-02 15:04")
}

func linksCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "links", Short: "List, mint and revoke the links of a map"}
	var list, mint, revoke toolFlags
	cmd.AddCommand(list.add(&cobra.Command{
		Use:   "list MAP",
		Short: "List the links of a map; tokens are kept as hashes and cannot be shown again",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return list.with(cmd, false, func(ctx context.Context, tools tools) error {
				links, err := tools.Links(ctx, args[0])
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				fmt.Fprintln(w, "LINK\tROLE\tCREATED\tEXPIRES\tREVOKED\tLABEL")
				for _, l := range links {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Role, when(l.Created), when(l.Expires), when(l.Revoked), l.Label)
				}
				return w.Flush()
			})
		},
	}))
	var role, label string
	var expires time.Duration
	mintCommand := mint.add(&cobra.Command{
		Use:   "mint MAP",
		Short: "Make a new link and print it, this once",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want := access.Want{Label: label}
			var err error
			if want.Role, err = access.ParseRole(role); err != nil {
				return usageError{fmt.Errorf("--role %q: want owner, edit, comment or view", role)}
			}
			if expires > 0 {
				want.Expires = time.Now().Add(expires)
			}
			return mint.with(cmd, false, func(ctx context.Context, tools tools) error {
				m, err := tools.Mint(ctx, args[0], want)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "link %s\n%s %s\n", m.ID, m.Role, m.URL)
				return nil
			})
		},
	})
	mintCommand.Flags().StringVar(&role, "role", "view", "owner, edit, comment or view")
	mintCommand.Flags().StringVar(&label, "label", "", "whom it is for")
	mintCommand.Flags().DurationVar(&expires, "expires", 0, "how long it opens the map, as 720h; 0 is for ever")
	cmd.AddCommand(mintCommand, revoke.add(&cobra.Command{
		Use:   "revoke MAP LINK",
		Short: "Let a link open nothing any more, and cut its connections",
		Args:  exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return revoke.with(cmd, false, func(ctx context.Context, tools tools) error {
				return tools.Revoke(ctx, args[0], args[1])
			})
		},
	}))
	return cmd
}

func compactCommand() *cobra.Command {
	var t toolFlags
	return t.add(&cobra.Command{
		Use:   "compact",
		Short: "Give back the disk space that is not in use; edits wait meanwhile",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return t.with(cmd, false, func(ctx context.Context, tools tools) error {
				s, err := tools.Compact(ctx)
				if err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%d bytes, before %d\n", s.After, s.Before)
				return nil
			})
		},
	})
}

func backupCommand() *cobra.Command {
	var t toolFlags
	return t.add(&cobra.Command{
		Use:   "backup FILE",
		Short: "Write a consistent copy to a new file, also while the server runs, and verify it",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[0]) // the server stands in another directory
			if err != nil {
				return err
			}
			return t.with(cmd, false, func(ctx context.Context, tools tools) error {
				report, err := tools.Backup(ctx, path)
				if err != nil {
					return err
				}
				printReport(cmd.OutOrStdout(), report)
				return nil
			})
		},
	})
}

func printReport(w io.Writer, r store.Report) {
	fmt.Fprintf(w, "%d maps, %d entries, %d snapshots, %d records, %d bytes\n", r.Maps, r.Entries, r.Snapshots, r.Records, r.Bytes)
}

func restoreCommand() *cobra.Command {
	var t toolFlags
	var replace bool
	cmd := t.add(&cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in place; no server may hold the directory",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			report, kept, err := store.Restore(t.data, args[0], replace)
			if err == nil {
				err = renew(cmd.Context(), t.data)
			}
			if err != nil {
				return err
			}
			printReport(cmd.OutOrStdout(), report)
			if kept != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "what was there before is %s\n", kept)
			}
			return nil
		},
	})
	cmd.Flags().BoolVar(&replace, "replace", false, "take the place of maps that are there; their file is kept beside")
	return cmd
}

// renew tells the log of every map that it is an older copy.
func renew(ctx context.Context, dir string) error {
	s, err := store.Open(dir, store.Options{})
	if err != nil {
		return err
	}
	maps, err := s.Maps(ctx)
	for _, m := range maps {
		err = errors.Join(err, room.Renew(ctx, s, m.ID, time.Now()))
	}
	return errors.Join(err, s.Close())
}

func verifyCommand() *cobra.Command {
	var t toolFlags
	return t.add(&cobra.Command{
		Use:   "verify [FILE]",
		Short: "Read every checksum, look for holes, replay every log; or verify a backup",
		Long: "Read every checksum of the data directory, look for holes, and replay every log against its snapshot, also while the server runs.\n" +
			"With FILE, verify a backup, its pages too. Nothing is changed. The exit code is 1 when something is wrong.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return verifyFile(cmd.OutOrStdout(), args[0])
			}
			err := t.with(cmd, false, func(ctx context.Context, tools tools) error {
				v, err := tools.Verify(ctx)
				if err != nil {
					return err
				}
				return judge(cmd.OutOrStdout(), v)
			})
			return err
		},
	})
}

func verifyFile(w io.Writer, path string) error {
	var v verified
	var err error
	v.Report, err = store.VerifyFile(path, func(p store.Problem) { v.Problems = append(v.Problems, p.String()) })
	if err != nil {
		return err
	}
	return judge(w, v)
}

func judge(w io.Writer, v verified) error {
	printReport(w, v.Report)
	for _, p := range v.Problems {
		fmt.Fprintln(w, p)
	}
	if n := len(v.Problems); n > 0 {
		return toldError{say(systemLang(), "server.cli.problems", n)}
	}
	fmt.Fprintln(w, say(systemLang(), "server.cli.whole"))
	return nil
}

func healthcheckCommand() *cobra.Command {
	var listen string
	cmd := &cobra.Command{
		Use:   "healthcheck",
		Short: "Ask a server on this machine whether it is ready; the exit code is the answer",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, port, err := net.SplitHostPort(listen)
			if err != nil {
				return usageError{err}
			}
			if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
				host = "localhost"
			}
			ctx, cancel := context.WithTimeout(cmd.Context(), 5*time.Second)
			defer cancel()
			request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
			if err != nil {
				return err
			}
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				return err
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				return fmt.Errorf("the server says %s", response.Status)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&listen, "listen", defaultListen, "address that the server was told to serve on (also --addr)")
	return cmd
}

// versionName is set by the release build: -ldflags "-X main.versionName=v1.2.3".
var versionName = ""

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print version, commit, Go and data format",
		Args:  exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			name, commit := versionName, "unknown"
			if info, ok := debug.ReadBuildInfo(); ok {
				if name == "" {
					name = info.Main.Version
				}
				for _, s := range info.Settings {
					if s.Key == "vcs.revision" {
						commit = s.Value
					}
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "tabi %s, commit %s, %s, data format %d\n", name, commit, runtime.Version(), store.Format)
			return nil
		},
	}
}

// exactly is cobra.ExactArgs with our kind of error.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != n {
			return usageError{fmt.Errorf("usage: %s", cmd.UseLine())}
		}
		return nil
	}
}
