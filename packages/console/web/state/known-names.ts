/** Names that the build takes from the domain: `build-console.ts` puts them here. */
interface KnownNames {
  readonly eventTypes: readonly string[];
  /** Types that mean nothing without a side. */
  readonly sidedTypes: readonly string[];
  readonly categories: readonly string[];
  /** Name and category by market id. */
  readonly marketNames: Readonly<Record<string, readonly [name: string, category: string]>>;
}

declare const __TOUCHLINE__: KnownNames;

const names: KnownNames = __TOUCHLINE__;

export const { eventTypes, sidedTypes, categories } = names;

/** The market's name, or its id where a newer build added it. */
export function marketName(id: string): string {
  return names.marketNames[id]?.[0] ?? id;
}

export function marketCategory(id: string): string {
  return names.marketNames[id]?.[1] ?? "other";
}

/** A category or any other identifier as words: `golden_hour` reads `golden hour`. */
export function wordsOf(identifier: string): string {
  return identifier.replaceAll("_", " ");
}
