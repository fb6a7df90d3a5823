/** The last answers that came with a validator, by path. Holds `capacity` of them; the longest unused goes first. */
export interface EtagMemory<T> {
  get(path: string): Remembered<T> | undefined;
  set(path: string, remembered: Remembered<T>): void;
}

export interface Remembered<T> {
  readonly etag: string;
  readonly answer: T;
}

export function createEtagMemory<T>(capacity = 100): EtagMemory<T> {
  const entries = new Map<string, Remembered<T>>();
  return {
    get(path) {
      const entry = entries.get(path);
      if (entry) {
        entries.delete(path);
        entries.set(path, entry);
      }
      return entry;
    },
    set(path, remembered) {
      entries.delete(path);
      entries.set(path, remembered);
      if (entries.size <= capacity) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}
