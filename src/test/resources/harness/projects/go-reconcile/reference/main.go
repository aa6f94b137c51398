// Command task matches a bank's statement with the books.
package main

import (
	"fmt"
	"os"

	"task/match"
	"task/money"
	"task/read"
)

const days = 3

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: task BANK.csv BOOKS.csv")
		os.Exit(2)
	}
	result := match.Match(entries(os.Args[1]), entries(os.Args[2]), days)
	fmt.Printf("%d pairs\n", len(result.Pairs))
	for _, entry := range result.OnlyBank {
		fmt.Println("only the bank:", entry.Date.Format("2006-01-02"), money.Format(entry.Paise), entry.Text)
	}
	for _, entry := range result.OnlyBooks {
		fmt.Println("only the books:", entry.Date.Format("2006-01-02"), money.Format(entry.Paise), entry.Text)
	}
}

func entries(path string) []match.Entry {
	file, err := os.Open(path)
	if err != nil {
		fail(err)
	}
	defer file.Close()
	all, err := read.Entries(file)
	if err != nil {
		fail(fmt.Errorf("%s: %w", path, err))
	}
	return all
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "error:", err)
	os.Exit(1)
}
