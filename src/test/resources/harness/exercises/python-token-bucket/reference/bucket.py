class TokenBucket:
    def __init__(self, capacity, per_second, clock):
        self._capacity = capacity
        self._per_second = per_second
        self._clock = clock
        self._tokens = float(capacity)
        self._at = clock()

    def take(self, n=1):
        self._refill()
        if self._tokens < n:
            return False
        self._tokens -= n
        return True

    def wait(self, n=1):
        if n > self._capacity:
            raise ValueError(f"{n} is more than the bucket ever holds")
        self._refill()
        return max(0.0, (n - self._tokens) / self._per_second)

    def _refill(self):
        now = self._clock()
        gone = max(0.0, now - self._at)
        self._at = now
        self._tokens = min(self._capacity, self._tokens + gone * self._per_second)
