package bitset

import "testing"

func of(numbers ...uint) *Set {
	s := &Set{}
	for _, i := range numbers {
		s.Add(i)
	}
	return s
}

func expect(t *testing.T, s *Set, want string) {
	t.Helper()
	if got := s.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTheZeroSetIsEmpty(t *testing.T) {
	var s Set
	expect(t, &s, "{}")
	if s.Has(0) || s.Has(1000) || s.Count() != 0 {
		t.Error("it has something")
	}
}

func TestAddsAcrossWords(t *testing.T) {
	expect(t, of(65, 1, 64, 63, 1, 0), "{0 1 63 64 65}")
	if of(128).Count() != 1 {
		t.Error("one number is not counted once")
	}
}

func TestRemoves(t *testing.T) {
	s := of(1, 64)
	s.Remove(64)
	s.Remove(5)
	s.Remove(9999)
	expect(t, s, "{1}")
}

func TestUnitesSetsOfAnyLength(t *testing.T) {
	expect(t, of(1).Union(of(200)), "{1 200}")
	expect(t, of(200).Union(of(1)), "{1 200}")
}

func TestIntersects(t *testing.T) {
	expect(t, of(1, 2, 200).Intersect(of(2, 3)), "{2}")
	expect(t, of(2, 64).Intersect(of(64, 300)), "{64}")
}

func TestNewSetsAreApart(t *testing.T) {
	a := of(1)
	a.Union(of(2)).Add(7)
	expect(t, a, "{1}")
	b := of(1, 2)
	b.Union(a).Remove(1)
	expect(t, b, "{1 2}")
}
