export class Store {
  #todos = new Map();
  #last = 0;

  add(title) {
    const todo = { id: ++this.#last, title, done: false };
    this.#todos.set(todo.id, todo);
    return todo;
  }

  list(done) {
    return [...this.#todos.values()].filter((todo) => done === undefined || todo.done === done);
  }

  toggle(id) {
    const todo = this.#todos.get(id);
    if (todo) todo.done = !todo.done;
    return todo;
  }

  remove(id) {
    return this.#todos.delete(id);
  }
}
