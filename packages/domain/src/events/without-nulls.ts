type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A JSON value without its nulls, at any depth: where a provider writes null for what it does not know, the field is
 * absent. Own keys only, so that a key called `__proto__` stays a key.
 */
export function withoutNulls<T>(value: T): T {
  return cleaned(value as Json) as T;
}

function cleaned(value: Json): Json {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map((item) => cleaned(item as Json));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([key, inner]) => [key, cleaned(inner)]),
  );
}

/** The fields of an object that are not null; anything else as it is. Looks no deeper. */
export function withoutNullFields(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));
}
