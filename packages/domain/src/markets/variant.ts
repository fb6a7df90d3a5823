/**
 * A way of answering the same markets: one logical market has one cached prediction for each variant. A variant
 * says what the prediction is fed with and how its numbers are quoted.
 */
export interface Variant {
  readonly id: string;
  readonly description: string;
  /** Whether market prices, where known, correct the model's goal rates. */
  readonly blend: "none" | "market";
  /** `probability` in [0, 1], or decimal odds with the given sum of implied probabilities. */
  readonly quote: { readonly format: "probability" } | { readonly format: "decimal"; readonly book: number };
}

export const VARIANTS: readonly Variant[] = [
  {
    id: "default",
    description: "Model probabilities",
    blend: "none",
    quote: { format: "probability" },
  },
  {
    id: "market-blend",
    description: "Probabilities of the model corrected by market prices",
    blend: "market",
    quote: { format: "probability" },
  },
  {
    id: "decimal-105",
    description: "Decimal odds of the model with a 105 % book",
    blend: "none",
    quote: { format: "decimal", book: 1.05 },
  },
];

export const DEFAULT_VARIANT = "default";

export function findVariant(id: string): Variant | undefined {
  return VARIANTS.find((variant) => variant.id === id);
}

/**
 * A probability in the variant's quote. Decimal odds are rounded to three places, at least 1.001, and null where the
 * outcome cannot happen any more.
 */
export function quote(probability: number, { quote: { format, ...rest } }: Variant): number | null {
  if (format === "probability") return probability;
  if (probability <= 0) return null;
  const book = "book" in rest ? rest.book : 1;
  return Math.max(1.001, Math.round(1000 / (probability * book)) / 1000);
}
