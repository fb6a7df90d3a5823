/** A state with a name, which changes along the listed transitions alone. */
export class NamedState<State extends string> {
  readonly #next: Readonly<Record<State, readonly State[]>>;
  #current: State;

  /** @param next the states that may follow each state */
  constructor(initial: State, next: Readonly<Record<State, readonly State[]>>) {
    this.#current = initial;
    this.#next = next;
  }

  get current(): State {
    return this.#current;
  }

  /** @throws Error when `state` may not follow the current one: a fault of the program */
  become(state: State): void {
    if (!this.#next[this.#current].includes(state))
      throw new Error(`state "${state}" cannot follow "${this.#current}"`);
    this.#current = state;
  }
}
