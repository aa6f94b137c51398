// Package match pairs a bank's lines with those of the books.
package match

import (
	"sort"
	"time"
)

// Entry is a line of either.
type Entry struct {
	Date  time.Time
	Paise int64
	Text  string
}

// Result tells what belongs together.
type Result struct {
	Pairs     [][2]Entry
	OnlyBank  []Entry
	OnlyBooks []Entry
}

type candidate struct {
	bank, books int
	apart       time.Duration
}

// Match pairs entries of the same amount that are at most that many days apart.
func Match(bank, books []Entry, days int) Result {
	partner := map[int]int{}
	taken := map[int]bool{}
	for _, c := range candidates(bank, books, days) {
		if _, paired := partner[c.bank]; !paired && !taken[c.books] {
			partner[c.bank] = c.books
			taken[c.books] = true
		}
	}
	var result Result
	for i, entry := range bank {
		if other, paired := partner[i]; paired {
			result.Pairs = append(result.Pairs, [2]Entry{entry, books[other]})
		} else {
			result.OnlyBank = append(result.OnlyBank, entry)
		}
	}
	for i, entry := range books {
		if !taken[i] {
			result.OnlyBooks = append(result.OnlyBooks, entry)
		}
	}
	return result
}

func candidates(bank, books []Entry, days int) []candidate {
	var all []candidate
	for i, a := range bank {
		for j, b := range books {
			apart := a.Date.Sub(b.Date)
			if apart < 0 {
				apart = -apart
			}
			if a.Paise == b.Paise && apart <= time.Duration(days)*24*time.Hour {
				all = append(all, candidate{i, j, apart})
			}
		}
	}
	sort.SliceStable(all, func(x, y int) bool { return all[x].apart < all[y].apart })
	return all
}
