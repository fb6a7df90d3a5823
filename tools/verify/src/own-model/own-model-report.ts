import { missRateBound } from "@touchline/domain";
import { table } from "../table.ts";
import type { AskedModel } from "./asked-model.ts";
import type { OwnModelFindings } from "./check-own-model.ts";

/** The last line of the command's output. */
export interface OwnModelSummary {
  readonly matches: number;
  readonly events: number;
  readonly injectedEvents: number;
  /** Predictions that changed although the graph under test leaves them alone; markets and facts behind them. */
  readonly misses: number;
  readonly hiddenReads: number;
  /** Share of the open markets that an event touches, in percent, over events that changed a fact. */
  readonly touchedPct: number;
  /** Time saved by asking for what events touch instead of everything, in percent, measured at the model. */
  readonly savedPct: number;
  /** Share of flagged predictions that really changed. */
  readonly precision: number;
  /** Requests made twice, and those of them that were answered in two ways. */
  readonly repeated: number;
  readonly varied: number;
  readonly brokenRules: number;
  readonly requests: number;
  readonly seconds: number;
}

export function ownModelSummary(findings: OwnModelFindings, model: AskedModel, seconds: number): OwnModelSummary {
  const { tally, hidden, repeated, varied, touchedMs, fullMs } = findings;
  const rows = Object.values(tally.types);
  const sum = (key: "open" | "touched" | "flagged" | "changed"): number =>
    rows.reduce((total, row) => total + row[key], 0);
  const predictionMisses = tally.misses;
  return {
    matches: tally.matches,
    events: tally.events,
    injectedEvents: tally.injectedEvents,
    misses: predictionMisses,
    hiddenReads: hidden.size,
    touchedPct: rounded((100 * sum("touched")) / sum("open"), 1),
    savedPct: rounded(100 * (1 - touchedMs / fullMs), 1),
    precision: rounded(sum("changed") / sum("flagged"), 4),
    repeated,
    varied,
    brokenRules: [...model.broken.values()].reduce((total, { count }) => total + count, 0),
    requests: model.requests,
    seconds: rounded(seconds, 1),
  };
}

const LISTED = 40;

/** Everything a person wants to see, without the summary line. */
export function ownModelReport(
  { hidden, variedExample, tally }: OwnModelFindings,
  model: AskedModel,
  summary: OwnModelSummary,
): string {
  const compared = Object.values(tally.types).reduce((total, { open, touched }) => total + open - touched, 0);
  const { misses, repeated, varied } = summary;
  const bound = missRateBound(compared, Math.min(misses, compared));
  const rows = [...hidden.values()]
    .slice(0, LISTED)
    .map(({ market, variant, facts, matchId, event, before, after }) => [
      market,
      facts.join(" + "),
      variant,
      `${event.type} ${event.id} of ${matchId}`,
      `${firstOf(before)} → ${firstOf(after)}`,
    ]);
  const broken = [...model.broken.values()]
    .slice(0, LISTED)
    .map(({ rule, count, matchId }) => [String(count), rule, matchId]);
  return [
    `${summary.matches} matches, ${summary.events} events, ${summary.requests} requests in ${summary.seconds} s`,
    `Left alone: ${compared} markets after events that changed a fact; ${misses} misses, at most ${(100 * bound).toPrecision(2)} % (95 %)`,
    `Touched: ${summary.touchedPct} % of open markets; compute saved: ${summary.savedPct} %, measured at the model`,
    `Asked twice: ${repeated} requests, ${varied} answered in two ways${variedExample ? `, first ${variedExample.market} of ${variedExample.matchId}` : ""}`,
    rows.length === 0
      ? "No market reads what the graph does not have."
      : `Reads that the graph does not have, with the smallest example\n${table(["market", "facts", "variant", "event", "first outcome"], rows)}`,
    broken.length === 0
      ? "No answer broke a rule."
      : `Broken rules\n${table(["times", "rule", "first match"], broken)}`,
  ].join("\n\n");
}

function firstOf(outcomes: Readonly<Record<string, number | null>>): string {
  const [first] = Object.entries(outcomes);
  return first ? `${first[0]} ${first[1] === null ? "void" : first[1].toPrecision(6)}` : "-";
}

function rounded(value: number, digits: number): number {
  return Number.isFinite(value) ? Number(value.toFixed(digits)) : 0;
}
