import type { ExplainedCause } from "@touchline/contract";
import { familiesOf, type MatchEvent, type SourcesState } from "@touchline/domain";
import { BY_HAND } from "../invalidate/invalidate-match.ts";
import { listed } from "./listed.ts";
import type { ServingDecision } from "../predictions/serving-decision.ts";
import { silentWords, unconfirmedWords } from "./source-words.ts";

/** Wall-clock milliseconds as answers write them. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

type Named = Pick<ExplainedCause, "type" | "source" | "eventId" | "event" | "reason">;

/** What a cause was, as people say it: `goal feed/e-7 (home, second half, 67')`. */
export function causeWords({ type, source, eventId, event, reason }: Named): string {
  if (type === BY_HAND) return `an invalidation by hand${reason === undefined ? "" : ` (“${reason}”)`}`;
  if (type === "snapshot") return `a list of ${source} with more than one change`;
  if (type === "new_graph") return "the handing over of the match to another build";
  return `${type} ${source}/${eventId}${event ? detailWords(event) : ""}`;
}

function detailWords({ team, period, minute, retracted }: Partial<MatchEvent>): string {
  const details = [
    team,
    period?.replaceAll("_", " "),
    minute === undefined ? undefined : `${minute}'`,
    retracted ? "taken back" : undefined,
  ].filter((detail) => detail !== undefined);
  return details.length > 0 ? ` (${details.join(", ")})` : "";
}

interface About {
  /** Match version now. */
  readonly version: number;
  /** The event that asked for the last requirement, and that of the last hard one. */
  readonly cause: ExplainedCause | undefined;
  readonly hardCause: ExplainedCause | undefined;
  /** Whether a refresh that brings this market is due, wanted or under way. */
  readonly isAwaited: boolean;
  /** What several sources make of the match. */
  readonly sources: SourcesState | undefined;
}

/** Why the market may be served the way the decision says, in one or two sentences. */
export function decisionWords(decision: ServingDecision, about: About): string {
  const words = WORDS[decision.reason](decision, about);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type Words = (decision: ServingDecision, about: About) => string;

const WORDS: Readonly<Record<ServingDecision["reason"], Words>> = {
  settled: ({ settlement }) =>
    `Settled since match version ${settlement?.version ?? "?"}: nothing that can still happen changes the result` +
    `${settlement?.provisional ? ", unless what it rests on is taken back" : ""}.`,
  within_lifetime: freshWords,
  early_refresh: freshWords,
  expired: ({ freshUntil }, about) =>
    `Its lifetime ended at ${iso(freshUntil)}; nothing that it reads has changed.${next(about)}`,
  base_lifetime: freshWords,
  warning: volatileWords,
  panic: volatileWords,
  panic_quota: volatileWords,
  high_volatility: volatileWords,
  circuit_open: volatileWords,
  clock_moved: (_verdict, about) =>
    `The match clock was started, stopped or corrected after it was predicted, so its lifetime has ended.${next(about)}`,
  overtaken: overtakenWords,
  too_stale: (decision, about) =>
    isOvertaken(decision)
      ? overtakenWords(decision, about)
      : `It is older than two of its lifetimes: reads wait for a refresh, up to a deadline.${next(about)}`,
  hard_event: ({ requirement, entry }, { hardCause, ...about }) =>
    `Since ${hardCause ? causeWords(hardCause) : "a hard event"} no price may be served that has not seen match version ` +
    `${requirement?.hardVersion ?? "?"}; the stored one saw ${entry?.seen ?? "?"}.${next(about)}`,
  no_entry: (_verdict, about) => `No prediction of it is stored.${next(about)}`,
  no_marker: (_verdict, about) =>
    `Nothing in the store says what it must have seen, so nothing proves it current.${next(about)}`,
  not_offered: () => "It is not offered at the moment.",
  not_listed: () =>
    "It does not exist in this match: knockout markets need a knockout match, scorers both team sheets.",
  not_covered: ({ market }) =>
    `The feed does not carry, or has stopped carrying, what the market is decided by: ${listed(familiesOf(market))}.`,
  clock_unsure: () =>
    "Nobody knows how much time is left: the kick-off is stamped hours off, or the end of the period was not reported. The first " +
    "event that reports a clock time corrects it.",
  bet_stop: () => "The feed has stopped bets on it. Its prediction goes on being refreshed underneath.",
  possible_goal: () => "A goal may have fallen and awaits its confirmation.",
  penalty_pending: () => "A penalty has been given and not been taken: everyone but the feed sees who will take it.",
  var_review: () => "A video review is under way.",
  result_awaited: () => "The match is over, and its feed has not yet reported what the market rests on: who scored.",
  report_unconfirmed: (_decision, { sources }) => unconfirmedWords(sources),
  sources_silent: (_decision, { sources }) => silentWords(sources),
  feed_gap: () => "The feed has a gap, in which anything may have happened.",
  postponed: () => "The match is postponed.",
  abandoned: () => "The match is abandoned.",
  events_pending: ({ status, behindSeconds = 0 }) =>
    `An event that may concern it was accepted up to ${behindSeconds} s ago and has not been applied yet` +
    `${status === "suspended" ? "; it may forbid this price" : ""}.`,
  blind: ({ behindSeconds }) =>
    `${behindSeconds === undefined ? "Since the start" : `For ${behindSeconds} s`} nobody could tell whether accepted events ` +
    "have been applied: the queue does not answer.",
  store_isolated: () =>
    "The store answers and takes no writes: another master may have taken its place, and may know of a goal.",
  history_unproven: () =>
    "The store has failed over or was restarted since the match's last step, so steps may be lost; the match is being " +
    "derived again from its log.",
  truth_incomplete: () => "A part of what the store kept of the match is gone; it is being derived again from its log.",
  store_unavailable: () => "The store does not answer, so nobody can tell what has happened since.",
};

function volatileWords({ freshUntil }: ServingDecision, about: About): string {
  return `Prices move so much that it counts as fresh until ${iso(freshUntil)} only.${next(about)}`;
}

function freshWords({ entry, freshUntil }: ServingDecision, { version }: Pick<About, "version">): string {
  const seen = entry?.seen ?? 0;
  const since =
    version > seen ? `; the match is at version ${version}, and nothing since changed a fact that it reads` : "";
  return `It saw match version ${seen}${since}. It is within its lifetime, until ${iso(freshUntil)}.`;
}

function overtakenWords(
  { requirement, entry }: ServingDecision,
  { cause, ...about }: Omit<About, "hardCause">,
): string {
  const why = cause && cause.because.length > 0 ? ` changed ${listed(cause.because)}, which it reads,` : " overtook it";
  return (
    `${cause ? causeWords(cause) : "An event"}${why} at match version ${requirement?.version ?? "?"}; ` +
    `the stored prediction saw ${entry?.seen ?? "?"}.${next(about)}`
  );
}

function isOvertaken({ entry, requirement }: ServingDecision): boolean {
  return entry !== undefined && requirement !== undefined && entry.seen < requirement.version;
}

function next({ isAwaited }: Pick<About, "isAwaited">): string {
  return isAwaited ? " A refresh is on its way." : " The next read asks for a refresh.";
}
