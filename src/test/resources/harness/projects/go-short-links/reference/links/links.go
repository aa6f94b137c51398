// Package links keeps short links.
package links

import (
	"errors"
	"net/url"
	"sync"
)

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// ErrTarget is given for what cannot be linked to.
var ErrTarget = errors.New("a target must be an http or https address")

// Links are short links; safe for many goroutines.
type Links struct {
	mutex   sync.RWMutex
	targets map[string]string
	codes   map[string]string
}

// New gives links without any.
func New() *Links {
	return &Links{targets: map[string]string{}, codes: map[string]string{}}
}

// Add gives the code of a target, which is made where there is none.
func (l *Links) Add(target string) (string, error) {
	address, err := url.Parse(target)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return "", ErrTarget
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if code, ok := l.codes[target]; ok {
		return code, nil
	}
	code := encode(len(l.codes) + 1)
	l.codes[target] = code
	l.targets[code] = target
	return code, nil
}

// Find gives the target of a code.
func (l *Links) Find(code string) (string, bool) {
	l.mutex.RLock()
	defer l.mutex.RUnlock()
	target, ok := l.targets[code]
	return target, ok
}

func encode(number int) string {
	code := ""
	for ; number > 0; number /= len(digits) {
		code = string(digits[number%len(digits)]) + code
	}
	return code
}
