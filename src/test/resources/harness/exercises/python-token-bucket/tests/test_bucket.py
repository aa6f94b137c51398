import pytest

from bucket import TokenBucket


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_is_full_at_first_and_empty_after_that_many(clock):
    bucket = TokenBucket(3, 1, clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_tokens_come_back_with_time(clock):
    bucket = TokenBucket(2, 2, clock)
    assert bucket.take(2)
    clock.now += 0.5
    assert bucket.take()
    assert not bucket.take()


def test_never_holds_more_than_its_capacity(clock):
    bucket = TokenBucket(2, 1, clock)
    clock.now += 1000
    assert bucket.take(2)
    assert not bucket.take()


def test_a_refused_call_takes_nothing(clock):
    bucket = TokenBucket(2, 1, clock)
    assert not bucket.take(3)
    assert bucket.take(2)


def test_a_clock_that_goes_back_changes_nothing(clock):
    bucket = TokenBucket(2, 1, clock)
    assert bucket.take()
    clock.now -= 50
    assert bucket.take()
    assert not bucket.take()


def test_tells_how_long_to_wait(clock):
    bucket = TokenBucket(4, 2, clock)
    assert bucket.wait(4) == 0.0
    bucket.take(4)
    assert bucket.wait(3) == 1.5
    with pytest.raises(ValueError):
        bucket.wait(5)
