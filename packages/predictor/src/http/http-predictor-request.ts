import {
  type ComputationId,
  costGroupOf,
  type FactName,
  type Facts,
  factsOf,
  findVariant,
  type Graph,
  type Market,
  type MatchClock,
  type MatchState,
  outcomesOf,
  type Variant,
} from "@touchline/domain";
import type { PredictionRequest } from "@touchline/model";

/** What a model server is sent: one POST, one or more matches. See `docs/predictor.md`. */
export interface ModelRequest {
  readonly format: "touchline-prediction-request";
  readonly version: 1;
  readonly requests: readonly MatchRequest[];
}

/** One match at one moment, and what is asked about it. */
export interface MatchRequest {
  readonly matchId: string;
  readonly clock: MatchClock;
  /** The model parameters that `model_refitted` named last; null until it does. */
  readonly parameters: string | null;
  /** All of them, or, where the manifest asks for it, those that the markets are declared to read. */
  readonly facts: Partial<Facts>;
  /** Left out where a manifest does not ask for it. */
  readonly state?: MatchState;
  /** Every market that is asked for, once. */
  readonly markets: readonly AskedMarket[];
  /** The computations that those markets share: what is not listed need not be computed. */
  readonly primitives: readonly ComputationId[];
  /** Which of the markets to predict without and with market prices as an input. */
  readonly blends: readonly { readonly blend: Blend; readonly markets: readonly string[] }[];
}

export type Blend = Variant["blend"];

export interface AskedMarket {
  readonly id: string;
  readonly primitive: ComputationId;
  /** What it is computed with: see the manifest. */
  readonly group: string;
  /** Names the probabilities of the answer. */
  readonly outcomes: readonly string[];
  /** Whether exactly one outcome wins, so that the probabilities sum to 1. */
  readonly winners: Market["winners"];
  /** What the manifest says of its drift, match-clock seconds. */
  readonly driftSeconds?: number | null;
}

/** A request as it is sent, with what is needed to read its answer. */
export interface Question {
  readonly sent: MatchRequest;
  /** The model whose manifest is in force. */
  readonly model: { readonly name: string; readonly version: string } | undefined;
  readonly markets: ReadonlyMap<string, AskedMarket>;
  readonly variants: readonly { readonly id: string; readonly blend: Blend; readonly markets: readonly string[] }[];
}

/** @throws Error for an unknown market or variant */
export function questionOf({ matchId, state, clock, markets: byVariant }: PredictionRequest, graph: Graph): Question {
  const variants = [...byVariant].map(([id, marketIds]) => {
    const variant = findVariant(id);
    if (!variant) throw new Error(`unknown variant ${id}`);
    return { id, blend: variant.blend, markets: marketIds };
  });
  const markets = new Map<string, AskedMarket>();
  const idsByBlend = new Map<Blend, Set<string>>();
  for (const { blend, markets: ids } of variants) {
    const wanted = idsByBlend.get(blend) ?? new Set<string>();
    idsByBlend.set(blend, wanted);
    for (const id of ids) {
      wanted.add(id);
      if (!markets.has(id)) markets.set(id, askedMarket(id, state, graph));
    }
  }
  const sent: MatchRequest = {
    matchId,
    clock,
    parameters: state.parameters,
    facts: graph.manifest?.facts === "read" ? factsRead(byVariant, state, graph) : factsOf(state),
    ...(graph.manifest?.state === false ? {} : { state }),
    markets: [...markets.values()],
    primitives: [...new Set([...markets.values()].map(({ primitive }) => primitive))],
    blends: [...idsByBlend].map(([blend, ids]) => ({ blend, markets: [...ids] })),
  };
  return { sent, model: graph.manifest?.model, markets, variants };
}

function askedMarket(id: string, state: MatchState, { findMarket }: Graph): AskedMarket {
  const market = findMarket(id);
  if (!market) throw new Error(`unknown market ${id}`);
  const { primitive, winners, driftSeconds } = market;
  const asked = { id, primitive, group: costGroupOf(market), outcomes: outcomesOf(market, state), winners };
  return driftSeconds === undefined ? asked : { ...asked, driftSeconds };
}

function factsRead(
  byVariant: PredictionRequest["markets"],
  state: MatchState,
  { findMarket, reads }: Graph,
): Partial<Facts> {
  const read = new Set<string>();
  for (const [variantId, ids] of byVariant) {
    const variant = findVariant(variantId);
    for (const id of ids) {
      const market = findMarket(id);
      if (market && variant) for (const fact of Object.keys(reads(market, variant))) read.add(fact);
    }
  }
  const facts = Object.entries(factsOf(state)) as [FactName, unknown][];
  return Object.fromEntries(facts.filter(([fact]) => read.has(fact)));
}

/** The body of one POST. */
export function modelRequest(questions: readonly Question[]): string {
  const request: ModelRequest = {
    format: "touchline-prediction-request",
    version: 1,
    requests: questions.map(({ sent }) => sent),
  };
  return JSON.stringify(request);
}
