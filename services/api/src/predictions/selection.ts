import {
  CATEGORIES,
  DEFAULT_VARIANT,
  didYouMean,
  type Graph,
  findVariant,
  type Market,
  VARIANTS,
} from "@touchline/domain";
import { z } from "zod";
import { ApiError } from "../http/problems.ts";
import { list, oneOf, parseFields, single } from "../http/request-fields.ts";

/** What a reader asks for. */
export interface Selection {
  readonly variant: string;
  /** In catalogue order, at least one. */
  readonly markets: readonly Market[];
  /** Identity of the list of markets. */
  readonly key: string;
  /** Whether the reader named them, rather than taking what there is. */
  readonly named: boolean;
  /** Match version that the answer must at least reflect. */
  readonly minVersion: number | undefined;
  /** The reader's own policy for when nobody can tell whether events wait; undefined: that of the installation. */
  readonly blind?: "suspend" | undefined;
  /** Epoch that `minVersion` is of; undefined: of whatever epoch the match is in. */
  readonly minEpoch: string | undefined;
}

export const PredictionQuery = z.object({
  markets: list.optional().meta({ description: "market ids, comma-separated; every market when absent" }),
  category: oneOf(CATEGORIES)
    .optional()
    .meta({ description: `only markets of this category: ${CATEGORIES.join(", ")}` }),
  variant: oneOf(VARIANTS.map(({ id }) => id))
    .default(DEFAULT_VARIANT)
    .meta({ description: `how to answer: ${VARIANTS.map(({ id }) => id).join(", ")}` }),
  minVersion: single
    .regex(/^(?:[0-9a-z]{16}\.)?\d{1,15}$/, "must be a whole number, or <epoch>.<version>")
    .optional()
    .meta({
      description:
        "waits, bounded, until the match has reached this version: a writer reads its own write. <epoch>.<version>: 409 " +
        "when the match is in another epoch",
    }),
  blind: z.literal("suspend").optional().meta({
    description: "withholds prices in play while nobody can tell whether events wait, as BLIND_POLICY=suspend",
  }),
});

/** @throws ApiError `unknown_market`, `unknown_category`, `unknown_variant`, `invalid_request` */
export function selectionOf(query: unknown, graph: Graph): Selection {
  const { markets: ids, category, variant, minVersion: least, blind } = parseFields(PredictionQuery, query, "query");
  if (!findVariant(variant)) {
    const known = VARIANT_IDS.join(", ");
    throw unknown("unknown_variant", "variant", variant, `there are ${known}`, VARIANT_IDS);
  }
  if (category !== undefined && !CATEGORIES.some((name) => name === category))
    throw unknown("unknown_category", "category", category, `there are ${CATEGORIES.join(", ")}`, CATEGORIES);
  for (const id of ids ?? [])
    if (!graph.findMarket(id)) {
      const known = graph.markets.map((market) => market.id);
      throw unknown("unknown_market", "markets", id, "GET /v1/markets lists them all", known);
    }
  const wanted = ids && new Set(ids);
  const markets = graph.markets.filter(
    (market) => (wanted?.has(market.id) ?? true) && (category === undefined || market.category === category),
  );
  if (markets.length === 0)
    throw new ApiError("invalid_request", {
      errors: [{ path: "markets", message: `none of them is in category ${category}` }],
    });
  const [minVersion, minEpoch] = least?.split(".").toReversed() ?? [];
  const everything = markets.length === graph.markets.length;
  return {
    variant,
    markets,
    key: everything ? "*" : markets.map(({ id }) => id).join(","),
    named: ids !== undefined,
    minVersion: minVersion === undefined ? undefined : Number(minVersion),
    minEpoch,
    blind,
  };
}

const VARIANT_IDS = VARIANTS.map(({ id }) => id);

function unknown(
  code: "unknown_market" | "unknown_category" | "unknown_variant",
  path: string,
  value: string,
  hint: string,
  known: readonly string[],
): ApiError {
  const shown = JSON.stringify(value.slice(0, 64));
  return new ApiError(code, {
    detail: `${shown} is not known; ${hint}${didYouMean(value, known)}`,
    errors: [{ path, message: `${shown} is not known` }],
  });
}
