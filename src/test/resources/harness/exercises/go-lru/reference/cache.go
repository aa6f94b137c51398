// Package cache has a bounded cache.
package cache

import (
	"container/list"
	"time"
)

// Cache keeps the values that were used last.
type Cache[K comparable, V any] struct {
	capacity int
	ttl      time.Duration
	now      func() time.Time
	order    *list.List
	places   map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key    K
	value  V
	stored time.Time
}

// New makes an empty cache.
func New[K comparable, V any](capacity int, ttl time.Duration, now func() time.Time) *Cache[K, V] {
	if capacity < 1 {
		panic("cache: capacity below 1")
	}
	return &Cache[K, V]{capacity: capacity, ttl: ttl, now: now, order: list.New(), places: map[K]*list.Element{}}
}

// Put stores a value.
func (c *Cache[K, V]) Put(key K, value V) {
	fresh := entry[K, V]{key, value, c.now()}
	if place, ok := c.places[key]; ok {
		place.Value = fresh
		c.order.MoveToFront(place)
		return
	}
	c.places[key] = c.order.PushFront(fresh)
	if c.order.Len() > c.capacity {
		c.remove(c.order.Back())
	}
}

// Get finds a value.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	var none V
	place, ok := c.places[key]
	if !ok {
		return none, false
	}
	found := place.Value.(entry[K, V])
	if c.now().Sub(found.stored) >= c.ttl {
		c.remove(place)
		return none, false
	}
	c.order.MoveToFront(place)
	return found.value, true
}

// Len counts what is kept.
func (c *Cache[K, V]) Len() int {
	return c.order.Len()
}

func (c *Cache[K, V]) remove(place *list.Element) {
	delete(c.places, place.Value.(entry[K, V]).key)
	c.order.Remove(place)
}
