package cache

import "time"

type Cache[K comparable, V any] struct{}

func New[K comparable, V any](capacity int, ttl time.Duration, now func() time.Time) *Cache[K, V] {
	return &Cache[K, V]{}
}

func (c *Cache[K, V]) Put(key K, value V) {}

func (c *Cache[K, V]) Get(key K) (V, bool) {
	var none V
	return none, false
}

func (c *Cache[K, V]) Len() int {
	return 0
}
