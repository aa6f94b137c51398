class LruCache:
    def __init__(self, capacity):
        self._values = {}

    def get(self, key):
        return self._values.get(key)

    def put(self, key, value):
        self._values[key] = value

    def keys(self):
        return list(self._values)

    def __len__(self):
        return len(self._values)
