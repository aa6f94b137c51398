// Package read reads entries.
package read

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"time"

	"task/match"
	"task/money"
)

// Entries reads lines of date, amount and text.
func Entries(from io.Reader) ([]match.Entry, error) {
	reader := csv.NewReader(from)
	reader.FieldsPerRecord = 3
	var entries []match.Entry
	for {
		fields, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := reader.FieldPos(0)
		date, err := time.Parse("2006-01-02", fields[0])
		if err != nil {
			return nil, fmt.Errorf("line %d: %q is no date", line, fields[0])
		}
		paise, err := money.Parse(fields[1])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		entries = append(entries, match.Entry{Date: date, Paise: paise, Text: fields[2]})
	}
}
