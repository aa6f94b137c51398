import pytest

from lru import LruCache


def test_drops_the_least_recently_used():
    cache = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("c", 3)
    assert cache.get("a") is None
    assert cache.keys() == ["b", "c"]


def test_reading_makes_recent():
    cache = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]


def test_storing_again_replaces_and_makes_recent():
    cache = LruCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 9)
    cache.put("c", 3)
    assert cache.get("a") == 9
    assert len(cache) == 2


def test_keeps_values_that_are_false():
    cache = LruCache(1)
    cache.put("zero", 0)
    assert cache.get("zero") == 0


def test_refuses_a_capacity_of_zero():
    with pytest.raises(ValueError):
        LruCache(0)
