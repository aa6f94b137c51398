export class PriorityQueue {
  #compare;
  #heap = [];
  #pushed = 0;

  constructor(compare = (a, b) => a - b) {
    this.#compare = compare;
  }

  get size() {
    return this.#heap.length;
  }

  peek() {
    return this.#heap[0]?.value;
  }

  push(value) {
    this.#heap.push({ value, number: this.#pushed++ });
    let at = this.#heap.length - 1;
    while (at > 0 && this.#before(at, (at - 1) >> 1)) {
      this.#swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  }

  pop() {
    if (this.#heap.length < 2) return this.#heap.pop()?.value;
    const { value } = this.#heap[0];
    this.#heap[0] = this.#heap.pop();
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#heap.length && this.#before(child, least)) least = child;
      }
      if (least === at) return value;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(i, j) {
    const [a, b] = [this.#heap[i], this.#heap[j]];
    return (this.#compare(a.value, b.value) || a.number - b.number) < 0;
  }

  #swap(i, j) {
    [this.#heap[i], this.#heap[j]] = [this.#heap[j], this.#heap[i]];
  }
}
