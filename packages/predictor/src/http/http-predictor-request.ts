import {
  type Facts,
  factsOf,
  findMarket,
  findVariant,
  type Market,
  type MatchClock,
  type MatchState,
  outcomesOf,
  type PrimitiveId,
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
  readonly facts: Facts;
  readonly state: MatchState;
  /** Every market that is asked for, once. */
  readonly markets: readonly AskedMarket[];
  /** The computations that those markets share: what is not listed need not be computed. */
  readonly primitives: readonly PrimitiveId[];
  /** Which of the markets to predict without and with market prices as an input. */
  readonly blends: readonly { readonly blend: Blend; readonly markets: readonly string[] }[];
}

export type Blend = Variant["blend"];

export interface AskedMarket {
  readonly id: string;
  readonly primitive: PrimitiveId;
  /** Names the probabilities of the answer. */
  readonly outcomes: readonly string[];
  /** Whether exactly one outcome wins, so that the probabilities sum to 1. */
  readonly winners: Market["winners"];
}

/** A request as it is sent, with what is needed to read its answer. */
export interface Question {
  readonly sent: MatchRequest;
  readonly markets: ReadonlyMap<string, AskedMarket>;
  readonly variants: readonly { readonly id: string; readonly blend: Blend; readonly markets: readonly string[] }[];
}

/** @throws Error for an unknown market or variant */
export function questionOf({ matchId, state, clock, markets: byVariant }: PredictionRequest): Question {
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
      if (!markets.has(id)) markets.set(id, askedMarket(id, state));
    }
  }
  const sent: MatchRequest = {
    matchId,
    clock,
    parameters: state.parameters,
    facts: factsOf(state),
    state,
    markets: [...markets.values()],
    primitives: [...new Set([...markets.values()].map(({ primitive }) => primitive))],
    blends: [...idsByBlend].map(([blend, ids]) => ({ blend, markets: [...ids] })),
  };
  return { sent, markets, variants };
}

function askedMarket(id: string, state: MatchState): AskedMarket {
  const market = findMarket(id);
  if (!market) throw new Error(`unknown market ${id}`);
  return { id, primitive: market.primitive, outcomes: outcomesOf(market, state), winners: market.winners };
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
