// Package ini reads settings in sections.
package ini

import (
	"fmt"
	"strings"
)

// File has the values by section and key.
type File map[string]map[string]string

// Get gives a value, or the fallback where there is none.
func (f File) Get(section, key, fallback string) string {
	if value, ok := f[section][key]; ok {
		return value
	}
	return fallback
}

// Parse reads settings.
func Parse(text string) (File, error) {
	file := File{}
	section := ""
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == ';' || line[0] == '#' {
			continue
		}
		var err error
		if line[0] == '[' {
			section, err = parseSection(line)
		} else {
			err = file.set(section, line)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return file, nil
}

func parseSection(line string) (string, error) {
	name := strings.ToLower(strings.TrimSpace(strings.Trim(line, "[]")))
	if name == "" || !strings.HasSuffix(line, "]") {
		return "", fmt.Errorf("%q is no section", line)
	}
	return name, nil
}

func (f File) set(section, line string) error {
	key, value, found := strings.Cut(line, "=")
	key = strings.ToLower(strings.TrimSpace(key))
	if !found || key == "" {
		return fmt.Errorf("%q is not key = value", line)
	}
	if f[section] == nil {
		f[section] = map[string]string{}
	}
	if _, twice := f[section][key]; twice {
		return fmt.Errorf("%s is there twice", key)
	}
	value = strings.TrimSpace(value)
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		value = value[1 : len(value)-1]
	}
	f[section][key] = value
	return nil
}
