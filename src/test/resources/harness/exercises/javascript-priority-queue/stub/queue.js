export class PriorityQueue {
  #values = [];

  get size() {
    return this.#values.length;
  }

  peek() {
    return this.#values[0];
  }

  push(value) {
    this.#values.push(value);
  }

  pop() {
    return this.#values.shift();
  }
}
