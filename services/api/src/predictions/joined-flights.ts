interface Flight<T> {
  /** Under way: what it brings may be older than a caller who comes now. */
  readonly sent: Promise<T>;
  /** The one after it, which has not been sent: callers who come now may join. */
  next: Promise<T> | undefined;
}

/**
 * Single-flight that never serves a caller something from before the call. Joining a flight that has already been
 * sent could do that, so callers join the next one: however many they are, there is one flight under way for each
 * key and at most one waiting.
 */
export class JoinedFlights<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** @param send must end by itself, within a deadline: the next flight waits for it */
  join(key: string, send: () => Promise<T>): Promise<T> {
    const flight = this.#flights.get(key);
    if (!flight) return this.#depart(key, send);
    flight.next ??= flight.sent.then(
      () => this.#depart(key, send),
      () => this.#depart(key, send),
    );
    return flight.next;
  }

  /** Keys with a flight under way. */
  get size(): number {
    return this.#flights.size;
  }

  #depart(key: string, send: () => Promise<T>): Promise<T> {
    const flight: Flight<T> = { sent: send(), next: undefined };
    this.#flights.set(key, flight);
    const land = (): void => {
      if (flight.next === undefined && this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.sent.then(land, land);
    return flight.sent;
  }
}
