import { signal } from "@preact/signals";

const NAME = "touchline-key";

/** The key for what writes: kept in this tab alone, and gone with it. */
export const apiKey = signal(sessionStorage.getItem(NAME) ?? "");

export function keepKey(key: string): void {
  apiKey.value = key.trim();
  if (apiKey.value === "") sessionStorage.removeItem(NAME);
  else sessionStorage.setItem(NAME, apiKey.value);
}
