/** Bytes of one event, unless an operator sets another bound. A line-up of both sides with benches has about 6,000. */
export const MAX_EVENT_BYTES = 32_768;

/**
 * What is wrong with the size of an event, or of what is left of one in a complete list; undefined where it is small
 * enough. Counted are the bytes of its JSON as it is kept in the log, in UTF-8.
 */
export function sizeFault(event: object, maxBytes = MAX_EVENT_BYTES): string | undefined {
  const text = JSON.stringify(event);
  // No character has more than three bytes for each of its UTF-16 units.
  if (text.length * 3 <= maxBytes) return undefined;
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= maxBytes) return undefined;
  return `has ${bytes} bytes as JSON, and may have at most ${maxBytes}: leave out of its payload what no market needs`;
}
