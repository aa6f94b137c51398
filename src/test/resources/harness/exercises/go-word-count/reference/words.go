// Package words counts words.
package words

import (
	"sort"
	"strings"
	"unicode"
)

// Count is a word and how often it occurs.
type Count struct {
	Word  string
	Times int
}

// Top gives the n words that occur most.
func Top(text string, n int) []Count {
	times := map[string]int{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), isOther) {
		if word = strings.Trim(word, "'"); word != "" {
			times[word]++
		}
	}
	counts := make([]Count, 0, len(times))
	for word, n := range times {
		counts = append(counts, Count{word, n})
	}
	sort.Slice(counts, func(i, j int) bool {
		if counts[i].Times != counts[j].Times {
			return counts[i].Times > counts[j].Times
		}
		return counts[i].Word < counts[j].Word
	})
	if n < 0 {
		n = 0
	}
	if n > len(counts) {
		n = len(counts)
	}
	return counts[:n]
}

func isOther(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\''
}
