package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageError is a mistake in the call, as against one in the doing.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// fromEnvironment sets every flag that was not given from TABI_…: --data is TABI_DATA, --log-level is TABI_LOG_LEVEL.
func fromEnvironment(cmd *cobra.Command) (err error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed || err != nil {
			return
		}
		name := "TABI_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := os.LookupEnv(name)
		if !ok {
			return
		}
		if e := cmd.Flags().Set(f.Name, value); e != nil {
			err = usageError{fmt.Errorf("%s=%q: %w", name, value, e)}
		}
	})
	return err
}

// aliases lets --addr stand for --listen.
func aliases(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	if name == "addr" {
		name = "listen"
	}
	return pflag.NormalizedName(name)
}

// parseURL reads a public address: scheme and host, perhaps a port, nothing behind it.
func parseURL(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || u.RawQuery != "" || u.User != nil {
		return nil, usageError{fmt.Errorf("--url %q: want https://host or https://host:port", s)}
	}
	return u, nil
}

func parsePrefixes(list []string) (prefixes []netip.Prefix, err error) {
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			addr, addrErr := netip.ParseAddr(s)
			if addrErr != nil {
				return nil, usageError{fmt.Errorf("--trusted-proxy %q: want an address or a network, as 10.0.0.0/8", s)}
			}
			p = netip.PrefixFrom(addr, addr.BitLen())
		}
		prefixes = append(prefixes, p)
	}
	return prefixes, nil
}

func parseLevel(s string) (level slog.Level, err error) {
	if err := level.UnmarshalText([]byte(s)); err != nil {
		return 0, usageError{fmt.Errorf("--log-level %q: want debug, info, warn or error", s)}
	}
	return level, nil
}
