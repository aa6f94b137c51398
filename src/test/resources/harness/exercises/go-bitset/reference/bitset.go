// Package bitset has sets of small numbers.
package bitset

import (
	"fmt"
	"math/bits"
	"strings"
)

const wordBits = 64

// Set is a set of numbers; the zero value is empty.
type Set struct {
	words []uint64
}

// Add puts a number into the set.
func (s *Set) Add(i uint) {
	for i/wordBits >= uint(len(s.words)) {
		s.words = append(s.words, 0)
	}
	s.words[i/wordBits] |= 1 << (i % wordBits)
}

// Remove takes a number out.
func (s *Set) Remove(i uint) {
	if i/wordBits < uint(len(s.words)) {
		s.words[i/wordBits] &^= 1 << (i % wordBits)
	}
}

// Has tells whether a number is in the set.
func (s *Set) Has(i uint) bool {
	return i/wordBits < uint(len(s.words)) && s.words[i/wordBits]&(1<<(i%wordBits)) != 0
}

// Count tells how many numbers there are.
func (s *Set) Count() int {
	count := 0
	for _, word := range s.words {
		count += bits.OnesCount64(word)
	}
	return count
}

// Union makes a set of what is in either.
func (s *Set) Union(other *Set) *Set {
	long, short := s.words, other.words
	if len(long) < len(short) {
		long, short = short, long
	}
	union := &Set{append([]uint64(nil), long...)}
	for i, word := range short {
		union.words[i] |= word
	}
	return union
}

// Intersect makes a set of what is in both.
func (s *Set) Intersect(other *Set) *Set {
	both := &Set{}
	for i := 0; i < len(s.words) && i < len(other.words); i++ {
		both.words = append(both.words, s.words[i]&other.words[i])
	}
	return both
}

func (s *Set) String() string {
	var numbers []string
	for i := uint(0); i < uint(len(s.words))*wordBits; i++ {
		if s.Has(i) {
			numbers = append(numbers, fmt.Sprint(i))
		}
	}
	return "{" + strings.Join(numbers, " ") + "}"
}
