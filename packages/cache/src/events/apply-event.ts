import {
  eventKey,
  type InvalidationPlan,
  type LeavingPrices,
  type MatchEvent,
  type MatchState,
  pastPricesText,
  VARIANTS,
} from "@touchline/domain";
import { packRest } from "../changes/packed-message.ts";
import { stepMessage } from "../changes/step-message.ts";
import type { StepMark } from "./match-truth.ts";
import { changesChannel, matchKeys } from "../keys.ts";
import { type Cause, causeText, PANIC_MARKER, settlementText } from "../records.ts";
import { historyOf } from "../history.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";
import { newEpoch, newToken } from "../tokens.ts";

const script = loadScript("apply-event");

/** Why a step is applied without an event of the match. Its fields may not contain blanks; `reason` may. */
export interface StepCause extends Cause {
  /** For people: published with the step, not stored. */
  readonly reason?: string;
}

export interface MatchStep {
  readonly matchId: string;
  /** Undefined for a step without an event. */
  readonly event: MatchEvent | undefined;
  /** All that is appended to the log, where that is not `event` alone. */
  readonly events?: readonly MatchEvent[];
  /** Prices that leave the log with this step, and what is kept of all that have left it. */
  readonly leaving?: LeavingPrices | undefined;
  /** Cause of a step without an event; by default, that the match passes to another dependency graph. */
  readonly cause?: StepCause;
  /** Whether the plan touches every open market: needed where entries may come from another graph. */
  readonly full: boolean;
  /** Makes everything anew that follows from the log, under a new epoch. The plan is a full one from nothing. */
  readonly renew?: boolean;
  /** Fingerprint of the dependency graph that the plan was made by. */
  readonly graphVersion: string;
  /** Older versions of that graph at which the match may be: the plan touches all that they did not know of. */
  readonly extends?: readonly string[] | undefined;
  /** The step after which the plan was made: the script refuses when another one has come since. */
  readonly before: StepMark;
  readonly state: MatchState;
  readonly plan: InvalidationPlan;
  /** Wall-clock milliseconds, for what people read. */
  readonly at: number;
  /** When the queue took the oldest event of the step, wall-clock milliseconds of whoever sent it. Published only. */
  readonly acceptedAt?: number | undefined;
  /** How long the truth of a match that is over is kept, in milliseconds; when absent, it lives as long as before. */
  readonly finishedTtlMs?: number;
  /** Bytes that the feed of the match may hold in play; when absent, as many as before. */
  readonly feedMaxBytes?: number | undefined;
}

export type ApplyResult =
  | {
      readonly outcome: "applied";
      readonly version: number;
      readonly n: number;
      readonly actual: number;
      /** Of the match from this step on, and the token of this step. */
      readonly epoch: string;
      readonly step: string;
    }
  | { readonly outcome: Refusal; readonly version: number };

/**
 * `conflict`: another step came first and the caller must fold again. `other_graph`: only a full step is sound.
 * `other_history`: the history may have been broken since the last step. `incomplete`: a key of the truth is lost.
 * After the last two a tag-manager renews the match.
 */
export type Refusal = "conflict" | "other_graph" | "other_history" | "incomplete";

const REFUSALS: readonly (Refusal | undefined)[] = [
  "conflict",
  undefined,
  "other_graph",
  "other_history",
  "incomplete",
];

/** Messages that the feed of a match keeps at the most. */
export const FEED_LENGTH = 512;
/** Bytes of messages that it keeps in play, where nobody has said. */
export const FEED_MAX_BYTES = 256 * 1024;
/** That is divided by this before kick-off and after the end, when little happens and few follow. */
const FEED_PARTS = { before: 16, inPlay: 1, over: 4 };

/** Runs the atomic step. One round trip. */
export async function applyEvent(redis: StoreRedis, prefix: string, step: MatchStep): Promise<ApplyResult> {
  const { event, plan, state, cause = NEW_GRAPH } = step;
  const logged = step.events ?? (event ? [event] : []);
  const keys = matchKeys(prefix, step.matchId);
  const entries = VARIANTS.map((variant) => keys.entries(variant.id));
  const token = newToken();
  const isNew = step.before.version === 0 || step.renew === true;
  const { opening, rest } = stepMessage(step, cause);
  const argument = JSON.stringify({
    expected: { version: step.before.version, epoch: step.before.epoch, step: step.before.step },
    history: await historyOf(redis),
    renew: step.renew === true,
    step: token,
    // Random bytes cost more than the rest of the argument.
    epoch: isNew ? newEpoch() : "",
    graph: step.graphVersion,
    extends: step.extends ?? [],
    full: step.full,
    begun: plan.begun,
    channel: changesChannel(prefix),
    feedLength: FEED_LENGTH,
    feedBytes: step.feedMaxBytes,
    feedPart: FEED_PARTS[state.over ? "over" : plan.begun ? "inPlay" : "before"],
    feedBytesUnset: FEED_MAX_BYTES,
    dropped: step.leaving?.keys ?? [],
    ...(step.leaving ? { prices: pastPricesText(step.leaving.past) } : {}),
    facts: plan.changed,
    touched: touchedBy(plan),
    due: plan.touched.length > 0 || plan.clockMoved || plan.panicMoved,
    // Clock and panic concern every market.
    all: step.full || plan.clockMoved || plan.panicMoved,
    settled: plan.settled.map(({ market, settlement }) => ({
      market,
      value: settlementText(settlement, step.at),
    })),
    collected: plan.collected.map(({ market }) => market),
    reopened: plan.reopened,
    cause: causeText(event ? { type: event.type, source: event.source, eventId: event.id } : cause),
    ttlMs: state.over ? (step.finishedTtlMs ?? AS_BEFORE) : 0,
    matchId: step.matchId,
    forbids: plan.forbids || step.full || step.renew === true,
  });
  const reply = await runScript(
    redis,
    script,
    [keys.match, keys.log, keys.facts, keys.required, keys.settled, keys.refresh, keys.touched, keys.feed, ...entries],
    [
      argument,
      JSON.stringify(state),
      opening,
      rest,
      packRest(rest),
      ...logged.flatMap((each) => [eventKey(each), JSON.stringify(each)]),
    ],
  );
  const [applied, version, n, actual, epoch] = reply as [number, number, number, number, string];
  if (applied === 1) return { outcome: "applied", version, n, actual, epoch, step: token };
  return { outcome: REFUSALS[applied] ?? "conflict", version };
}

interface Touched {
  /** Fields of the requirements, and whether each is raised hard. */
  readonly fields: string[];
  readonly hard: boolean[];
  /** Of fields that are not a market in all its variants: whose they are. Variants are counted from 1. */
  readonly partial: Record<string, { readonly market: string; readonly variants: readonly number[] }>;
}

function touchedBy(plan: InvalidationPlan): Touched {
  const touched: Touched = { fields: [], hard: [], partial: {} };
  for (const { market, severity, variants } of plan.touched) {
    const isHard = severity === "hard";
    for (const variant of variants ?? [undefined]) {
      const field = variant === undefined ? market : `${variant}/${market}`;
      touched.fields.push(field);
      touched.hard.push(isHard);
      if (variant !== undefined)
        touched.partial[field] = { market, variants: [VARIANTS.findIndex(({ id }) => id === variant) + 1] };
    }
  }
  if (plan.panicMoved) {
    touched.fields.push(PANIC_MARKER);
    touched.hard.push(false);
    // Not a market: it marks no entry. Its version is that of the newest panicking price.
    touched.partial[PANIC_MARKER] = { market: PANIC_MARKER, variants: [] };
  }
  return touched;
}

const NEW_GRAPH: StepCause = { type: "new_graph", source: "touchline", eventId: "new_graph" };

/** What the script takes for "leave the expiry alone". */
const AS_BEFORE = -1;
