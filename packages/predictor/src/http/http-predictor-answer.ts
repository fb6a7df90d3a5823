import { type ComputationId, FACT_NAMES, type FactName, type PrimitiveId, PRIMITIVE_IDS } from "@touchline/domain";
import { z } from "zod";
import { brokenLadder, type PricedMarkets } from "./market-ladders.ts";
import type { AskedMarket, Blend, Question } from "./http-predictor-request.ts";
import type { PredictedProbabilities, Prediction } from "@touchline/model";
import { PredictorError } from "./predictor-error.ts";

const probability = z.number().min(0).max(1);
const market = z.object({
  /** By outcome. */
  probabilities: z.record(z.string().max(100), probability),
  /** Match-clock seconds until some of them would have moved by more than 0.005; null when none will. */
  driftSeconds: z.number().nonnegative().nullish(),
  /** Facts that the computation looked at. Names that are none are ignored: they cannot change. */
  reads: z.array(z.string().max(100)).max(1_000).optional(),
});
const prediction = z.object({
  matchId: z.string(),
  blends: z
    .array(z.object({ blend: z.enum(["none", "market"]), markets: z.record(z.string().max(100), market) }))
    .max(8),
  /** Milliseconds spent on each primitive, where the server measures them. */
  computeMs: z.record(z.string().max(100), z.number().nonnegative()).optional(),
});

const model = z.object({ name: z.string().max(80), version: z.string().max(80) });

/** What a model server answers. Predictions are in the order of the requests. */
const ModelAnswer = z.object({
  format: z.literal("touchline-prediction-answer"),
  version: z.literal(1),
  /** Which model answered, as its manifest names it. */
  model: model.optional(),
  // Each is read by itself: one wrong match must not take the others with it.
  predictions: z.array(z.unknown()).max(1_000),
});

/** How far exclusive outcomes may sum from 1: what rounding to seven digits does. Made up for by scaling. */
const SUM_TOLERANCE = 1e-6;

/**
 * Reads an answer to `questions`.
 * @returns a prediction or an error for each, in their order
 * @throws PredictorError `invalid` when the answer as a whole cannot be read
 */
export function readAnswer(text: string, questions: readonly Question[]): (Prediction | PredictorError)[] {
  const answer = ModelAnswer.safeParse(parseJson(text));
  if (!answer.success) throw invalid(firstIssue(answer.error));
  const { predictions, model: answering } = answer.data;
  if (predictions.length !== questions.length)
    throw invalid(`${predictions.length} predictions for ${questions.length} requests`);
  return questions.map((question, index) => {
    try {
      const other = otherModel(answering, question.model);
      const read = readPrediction(predictions[index], question);
      return other === undefined ? read : { ...read, otherModel: other };
    } catch (error) {
      if (error instanceof PredictorError) return error;
      throw error;
    }
  });
}

/** A model server that is being replaced: what this model reads the manifest in force does not say. */
function otherModel(answering: z.infer<typeof model> | undefined, known: Question["model"]): string | undefined {
  if (!answering || (answering.name === known?.name && answering.version === known.version)) return undefined;
  return `${answering.name}@${answering.version}`.replaceAll(/[^A-Za-z0-9@._-]/g, "_");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PredictorError("invalid", "the answer is not JSON", { cause });
  }
}

function readPrediction(raw: unknown, { sent, markets, variants }: Question): Prediction {
  const parsed = prediction.safeParse(raw);
  if (!parsed.success) throw invalid(`match ${sent.matchId}: ${firstIssue(parsed.error)}`);
  const { matchId, blends, computeMs = {} } = parsed.data;
  if (matchId !== sent.matchId) throw invalid(`match ${matchId} where ${sent.matchId} was asked for`);
  const priced = new Map<Blend, PricedMarkets>();
  const reads = new Map<Blend, ReadonlyMap<string, readonly FactName[]>>();
  for (const { blend, markets: wanted } of sent.blends) {
    const given = blends.find((other) => other.blend === blend)?.markets ?? {};
    const prices = new Map(wanted.map((id) => [id, priceOf(markets.get(id)!, given[id], sent.clock.rate > 0)]));
    const broken = brokenLadder(prices, (id) => markets.get(id)?.outcomes ?? []);
    if (broken) throw invalid(`match ${sent.matchId}, ${blend}: ${broken}`);
    priced.set(blend, prices);
    reads.set(blend, new Map(wanted.map((id) => [id, (given[id]?.reads ?? []).filter(isFact)])));
  }
  return {
    markets: new Map(
      variants.map(({ id, blend, markets: wanted }) => [
        id,
        new Map(wanted.map((wantedId) => [wantedId, priced.get(blend)!.get(wantedId)!])),
      ]),
    ),
    reads: new Map(variants.map(({ id, blend }) => [id, reads.get(blend) ?? new Map<string, readonly FactName[]>()])),
    computeMs: new Map(
      Object.entries(computeMs).filter((entry): entry is [PrimitiveId, number] => isPrimitive(entry[0])),
    ),
  };
}

function isFact(name: string): name is FactName {
  return (FACT_NAMES as readonly string[]).includes(name);
}

function isPrimitive(name: string): name is PrimitiveId {
  return (PRIMITIVE_IDS as readonly string[]).includes(name);
}

function priceOf(
  { id, outcomes, winners, primitive, driftSeconds }: AskedMarket,
  given: z.infer<typeof market> | undefined,
  running: boolean,
): PredictedProbabilities {
  if (!given) throw invalid(`market ${id} is missing`);
  const named = Object.keys(given.probabilities).length;
  const probabilities = outcomes.map((outcome) => {
    const value = Object.hasOwn(given.probabilities, outcome) ? given.probabilities[outcome] : undefined;
    if (value === undefined) throw invalid(`market ${id} lacks outcome ${outcome}`);
    return value;
  });
  if (named !== outcomes.length) throw invalid(`market ${id} has ${named} outcomes instead of ${outcomes.length}`);
  const said = given.driftSeconds === undefined ? driftSeconds : given.driftSeconds;
  const drift = said === undefined ? usualDrift(primitive) : (said ?? Infinity);
  return {
    probabilities: winners === "exclusive" ? summingToOne(id, probabilities) : probabilities,
    driftSeconds: running ? drift : Infinity,
  };
}

function summingToOne(id: string, probabilities: readonly number[]): number[] {
  const sum = probabilities.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) > SUM_TOLERANCE) throw invalid(`market ${id} sums to ${sum}`);
  return probabilities.map((value) => Math.min(1, value / sum));
}

/**
 * Match-clock seconds for a model that does not say how fast its probabilities drift. What can happen next moves them
 * on its arrival and drifts them, until then, by no more than the chance of its coming: a goal comes once in 33
 * minutes, a corner or a card about once in 7, so this much time is worth at most 0.005 or 0.01.
 */
function usualDrift(primitive: ComputationId): number {
  return primitive.endsWith("corners") || primitive.endsWith("cards") ? 4 : 10;
}

function invalid(why: string): PredictorError {
  return new PredictorError("invalid", why);
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue ? `${issue.path.join(".") || "answer"}: ${issue.message}` : "not an answer";
}
