package main

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"sync"
)

const (
	codeLength = 7
	maxURL     = 2048
)

var errBadURL = errors.New("url must be an http or https address of at most 2048 characters")

// Link is a URL and the code that stands for it.
type Link struct {
	Code string `json:"code"`
	URL  string `json:"url"`
	Hits int    `json:"hits"`
}

// Store holds links; it may be used by several goroutines at once.
type Store struct {
	mu    sync.Mutex
	links map[string]*Link
}

func NewStore() *Store {
	return &Store{links: map[string]*Link{}}
}

// Add gives the link of a URL, a new one where there is none yet.
func (s *Store) Add(address string) (Link, error) {
	if err := check(address); err != nil {
		return Link{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for salt := byte(0); ; salt++ {
		code := codeOf(address, salt)
		link, taken := s.links[code]
		if !taken {
			link = &Link{Code: code, URL: address}
			s.links[code] = link
		}
		if link.URL == address {
			return *link, nil
		}
	}
}

// Find gives a link without counting the use.
func (s *Store) Find(code string) (Link, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	link, found := s.links[code]
	if !found {
		return Link{}, false
	}
	return *link, true
}

// Use counts one use of a link and gives it.
func (s *Store) Use(code string) (Link, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	link, found := s.links[code]
	if !found {
		return Link{}, false
	}
	link.Hits++
	return *link, true
}

func check(address string) error {
	if len(address) > maxURL {
		return errBadURL
	}
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return errBadURL
	}
	return nil
}

func codeOf(address string, salt byte) string {
	sum := sha256.Sum256(append([]byte(address), salt))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:codeLength]
}
