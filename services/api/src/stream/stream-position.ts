/**
 * Where a stream stands: the last message, and the epoch that its number is of. Numbers of two epochs cannot be
 * compared, because a store that has failed over gives some of them twice.
 */
export interface StreamPosition {
  /** Empty for a match that an older build wrote. */
  readonly epoch: string;
  readonly n: number;
}

/** The `id` of a message, which a client sends back as `Last-Event-ID`. */
export function idOf({ epoch, n }: StreamPosition): string {
  return epoch === "" ? String(n) : `${epoch}.${n}`;
}

const ID = /^(?:([0-9a-z]{16})\.)?(\d{1,15})$/;

/** Undefined when the text is no id. A number alone, as older builds gave it, is of no epoch. */
export function positionOf(id: string): StreamPosition | undefined {
  const [, epoch = "", n] = ID.exec(id) ?? [];
  return n === undefined ? undefined : { epoch, n: Number(n) };
}
