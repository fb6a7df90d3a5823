import type { z } from "zod";
import type { FeedFault } from "./adapter.ts";

/** So many faults are named one by one; a file of another format has one in each line. */
const MOST_FAULTS = 1_000;
/** So many types are counted apart. */
const MOST_TYPES = 500;

/** What one document says that could not be used: collected while it is read. */
export class FeedReport {
  readonly #unmapped = new Map<string, number>();
  readonly #faults: FeedFault[] = [];

  unmapped(type: string): void {
    const name = this.#unmapped.has(type) || this.#unmapped.size < MOST_TYPES ? type : "other types";
    this.#unmapped.set(name, (this.#unmapped.get(name) ?? 0) + 1);
  }

  fault(where: string, rule: string): void {
    if (this.#faults.length < MOST_FAULTS) this.#faults.push({ where, rule });
  }

  /** What fits `schema`; undefined, and a fault, for what does not. */
  check<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> | undefined {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    this.fault(where, rulesOf(parsed.error));
    return undefined;
  }

  /** Those that fit `schema`; a fault for each of the others. */
  list<T extends z.ZodType>(schema: T, values: readonly unknown[] | null | undefined, where: string): z.output<T>[] {
    return (values ?? []).flatMap((value, k) => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return [parsed.data];
      this.fault(`${where}.${k}`, rulesOf(parsed.error));
      return [];
    });
  }

  result(): { readonly unmapped: Readonly<Record<string, number>>; readonly faults: readonly FeedFault[] } {
    const byCount = [...this.#unmapped].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return { unmapped: Object.fromEntries(byCount), faults: this.#faults };
  }
}

/** What is wrong, by path, at most three of it. */
export function rulesOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join(".") || "the value"}: ${message}`)
    .join("; ");
}
