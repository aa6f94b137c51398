import heapq


class CircleError(ValueError):
    def __init__(self, names):
        super().__init__("these need each other: " + ", ".join(names))
        self.names = names


def build_order(needs):
    names = set(needs).union(*needs.values())
    waiting = {name: set(needs.get(name, ())) for name in names}
    due = [name for name in names if not waiting[name]]
    heapq.heapify(due)
    order = []
    while due:
        done = heapq.heappop(due)
        order.append(done)
        for name in names:
            if done in waiting[name]:
                waiting[name].remove(done)
                if not waiting[name]:
                    heapq.heappush(due, name)
    left = {name for name in names if waiting[name]}
    if left:
        raise CircleError(sorted(name for name in left if _reaches(name, name, needs, set())))
    return order


def _reaches(start, goal, needs, seen):
    for name in needs.get(start, ()):
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            if _reaches(name, goal, needs, seen):
                return True
    return False
