package cache

import (
	"testing"
	"time"
)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func of(capacity int, keys ...string) (*Cache[string, int], *clock) {
	c := &clock{time.Unix(1000, 0)}
	cache := New[string, int](capacity, time.Minute, c.now)
	for i, key := range keys {
		cache.Put(key, i)
	}
	return cache, c
}

func expect(t *testing.T, cache *Cache[string, int], key string, value int, there bool) {
	t.Helper()
	if got, ok := cache.Get(key); ok != there || got != value {
		t.Errorf("%s: got %d, %v, want %d, %v", key, got, ok, value, there)
	}
}

func TestDropsTheLeastRecentlyUsed(t *testing.T) {
	cache, _ := of(2, "a", "b", "c")
	expect(t, cache, "a", 0, false)
	expect(t, cache, "c", 2, true)
	if cache.Len() != 2 {
		t.Errorf("keeps %d", cache.Len())
	}
}

func TestReadingMakesRecent(t *testing.T) {
	cache, _ := of(2, "a", "b")
	cache.Get("a")
	cache.Put("c", 9)
	expect(t, cache, "a", 0, true)
	expect(t, cache, "b", 0, false)
}

func TestStoringAgainReplaces(t *testing.T) {
	cache, _ := of(2, "a", "b", "a", "c")
	expect(t, cache, "a", 2, true)
	expect(t, cache, "b", 0, false)
}

func TestForgetsWhatIsTooOld(t *testing.T) {
	cache, clock := of(2, "a")
	clock.at = clock.at.Add(59 * time.Second)
	expect(t, cache, "a", 0, true)
	clock.at = clock.at.Add(time.Second)
	expect(t, cache, "a", 0, false)
	if cache.Len() != 0 {
		t.Errorf("keeps %d", cache.Len())
	}
}

func TestPanicsForNoCapacity(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a cache of nothing was made")
		}
	}()
	of(0)
}
