package match

import "time"

type Entry struct {
	Date  time.Time
	Paise int64
	Text  string
}

type Result struct {
	Pairs     [][2]Entry
	OnlyBank  []Entry
	OnlyBooks []Entry
}

func Match(bank, books []Entry, days int) Result {
	return Result{OnlyBank: bank, OnlyBooks: books}
}
