// Reads dashboards with Grafana's own types, strictly, and tells each field that is unknown, missing or of another type.
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func read(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	board := dashboard.Dashboard{}
	// A list of faults that is empty comes as an error too.
	if err := board.UnmarshalJSONStrict(text); err != nil && err.Error() != "" {
		return err
	}
	return board.Validate()
}

func main() {
	plugins.RegisterDefaultPlugins()
	for _, path := range os.Args[1:] {
		if err := read(path); err != nil && err.Error() != "" {
			fmt.Printf("%s: %v\n", path, err)
		}
	}
}
