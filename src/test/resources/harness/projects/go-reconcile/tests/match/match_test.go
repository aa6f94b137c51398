package match

import (
	"fmt"
	"testing"
	"time"
)

func entry(day int, paise int64, text string) Entry {
	return Entry{time.Date(2025, 4, day, 0, 0, 0, 0, time.UTC), paise, text}
}

func show(result Result) string {
	text := ""
	for _, pair := range result.Pairs {
		text += pair[0].Text + "=" + pair[1].Text + " "
	}
	for _, e := range result.OnlyBank {
		text += e.Text + "? "
	}
	for _, e := range result.OnlyBooks {
		text += "?" + e.Text + " "
	}
	return text
}

func TestMatch(t *testing.T) {
	for name, test := range map[string]struct {
		bank, books []Entry
		want        string
	}{
		"same amount and day":          {[]Entry{entry(1, 5, "a")}, []Entry{entry(1, 5, "x")}, "a=x "},
		"at most that many days apart": {[]Entry{entry(4, 5, "a"), entry(9, 7, "b")}, []Entry{entry(1, 5, "x"), entry(5, 7, "y")}, "a=x b? ?y "},
		"other amounts do not match":   {[]Entry{entry(1, 5, "a")}, []Entry{entry(1, -5, "x")}, "a? ?x "},
		"the nearest dates come first": {[]Entry{entry(1, 5, "a"), entry(3, 5, "b")}, []Entry{entry(3, 5, "x")}, "b=x a? "},
		"each is used once":            {[]Entry{entry(1, 5, "a"), entry(1, 5, "b")}, []Entry{entry(1, 5, "x")}, "a=x b? "},
		"nothing matches nothing":      {nil, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := show(Match(test.bank, test.books, 3)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPairsAreInTheBanksOrder(t *testing.T) {
	bank := []Entry{entry(5, 1, "a"), entry(1, 2, "b"), entry(3, 3, "c")}
	books := []Entry{entry(3, 3, "z"), entry(1, 2, "y"), entry(6, 1, "x")}
	if got := fmt.Sprint(show(Match(bank, books, 3))); got != "a=x b=y c=z " {
		t.Errorf("got %q", got)
	}
}
