/** The last answers that came with a validator, by path. Holds `capacity` of them; the longest unused goes first. */
export interface EtagMemory<T> {
  get(path: string): Remembered<T> | undefined;
  set(path: string, remembered: Remembered<T>): void;
  /** Forgets every path that begins so. */
  forget(prefix: string): void;
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
    forget(prefix) {
      for (const path of Array.from(entries.keys())) if (path.startsWith(prefix)) entries.delete(path);
    },
  };
}
