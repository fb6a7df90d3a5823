/** What a reader's `Cache-Control` asks of a cache, as far as this one can do something about it. */
export interface RequestDirectives {
  /** Only what is fresh: wait for a refresh rather than serve stale. */
  readonly noCache: boolean;
  /** Seconds past its lifetime that an answer may be; Infinity for `max-stale` alone, undefined when not said. */
  readonly maxStaleSeconds: number | undefined;
  /** Never wait: what is there, or 504. */
  readonly onlyIfCached: boolean;
}

const NOTHING_ASKED: RequestDirectives = { noCache: false, maxStaleSeconds: undefined, onlyIfCached: false };

/** Total: what it does not understand asks for nothing. */
export function requestDirectives(cacheControl: string | undefined): RequestDirectives {
  if (cacheControl === undefined) return NOTHING_ASKED;
  const directives = new Map(
    cacheControl.split(",", MAX_DIRECTIVES).map((directive): [string, string | undefined] => {
      const [name = "", value] = directive.split("=", 2);
      return [name.trim().toLowerCase(), value?.trim()];
    }),
  );
  const maxStale = directives.get("max-stale") ?? "";
  return {
    noCache: directives.has("no-cache"),
    maxStaleSeconds: !directives.has("max-stale")
      ? undefined
      : /^\d{1,9}$/.test(maxStale)
        ? Number(maxStale)
        : Infinity,
    onlyIfCached: directives.has("only-if-cached"),
  };
}

const MAX_DIRECTIVES = 16;
