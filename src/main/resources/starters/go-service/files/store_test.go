package main

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestTheSameURLHasTheSameCode(t *testing.T) {
	store := NewStore()
	first, err := store.Add("https://example.com/a")
	if err != nil {
		t.Fatal(err)
	}
	again, _ := store.Add("https://example.com/a")
	other, _ := store.Add("https://example.com/b")
	if first.Code != again.Code || first.Code == other.Code || len(first.Code) != codeLength {
		t.Errorf("codes: %s, %s, %s", first.Code, again.Code, other.Code)
	}
}

func TestATakenCodeIsNotGivenTwice(t *testing.T) {
	store := NewStore()
	code := codeOf("https://example.com/a", 0)
	store.links[code] = &Link{Code: code, URL: "https://example.com/other"}
	link, _ := store.Add("https://example.com/a")
	if link.Code == code || link.URL != "https://example.com/a" {
		t.Errorf("got %+v", link)
	}
}

func TestOnlyWebAddressesAreTaken(t *testing.T) {
	for _, address := range []string{
		"", "example.com", "javascript:alert(1)", "ftp://example.com", "http://", "https://a b",
		"https://example.com/" + strings.Repeat("x", maxURL),
	} {
		if _, err := NewStore().Add(address); err == nil {
			t.Errorf("%q was taken", address)
		}
	}
}

func TestNoUseIsLost(t *testing.T) {
	store := NewStore()
	link, _ := store.Add("https://example.com/a")
	var users sync.WaitGroup
	for i := 0; i < 50; i++ {
		users.Add(1)
		go func(i int) {
			defer users.Done()
			store.Use(link.Code)
			store.Add(fmt.Sprintf("https://example.com/%d", i))
		}(i)
	}
	users.Wait()
	if found, _ := store.Find(link.Code); found.Hits != 50 {
		t.Errorf("%d hits", found.Hits)
	}
}
