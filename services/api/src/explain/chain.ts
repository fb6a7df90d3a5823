import type { ExplainedCause, ExplainAnswer } from "@touchline/contract";
import type { Entry, RefreshState, StoredSettlement } from "@touchline/cache";
import { type Market, RESULT_VALUE } from "@touchline/domain";
import { listed } from "./listed.ts";
import { causeWords, iso } from "./words.ts";

type Link = ExplainAnswer["chain"][number];

interface Parts {
  readonly market: Market;
  readonly requirement: ExplainAnswer["requirement"];
  readonly entry: Entry | undefined;
  readonly refresh: RefreshState;
  readonly settlement: StoredSettlement | undefined;
  /** What settled it, where the feed still tells. */
  readonly settledBy: Pick<ExplainedCause, "type" | "source" | "eventId"> | undefined;
}

/**
 * How the market came to be as it is: event, facts, market, requirement, job, commit. A commit that has not seen what
 * is required comes first: it is what the event overtook.
 */
export function chainOf(parts: Parts): Link[] {
  const { market, requirement, entry, refresh, settlement, settledBy } = parts;
  const asked = requirement ? requirementLinks(market, requirement) : [];
  const made = entry ? commitLinks(entry) : [];
  const isCurrent = entry !== undefined && entry.seen >= (requirement?.version ?? 0);
  const settled = settlement ? [settlementLink(settlement, settledBy)] : [];
  const awaited = settlement ? [] : jobLinks(refresh);
  return isCurrent ? [...asked, ...made, ...awaited, ...settled] : [...made, ...asked, ...awaited, ...settled];
}

function requirementLinks(market: Market, requirement: NonNullable<ExplainAnswer["requirement"]>): Link[] {
  const { version, at, cause, hardVersion } = requirement;
  const isHard = hardVersion === version;
  const bar = hardVersion === null ? "" : `, and none may be served that has not seen version ${hardVersion}`;
  return [
    { step: "event", at, words: `${causeWords(cause)} was applied as match version ${version}` },
    { step: "facts", at, words: factsWords(cause) },
    { step: "market", at, words: `${marketWords(market.id, cause)}: ${isHard ? "hard" : "soft"}` },
    { step: "requirement", at, words: `its prediction must have seen version ${version}${bar}` },
  ];
}

function factsWords({ changed, because }: ExplainedCause): string {
  if (changed && changed.length > 0) return `changed: ${listed(changed)}`;
  if (changed) return "no fact changed";
  return `changed: ${[...because, "perhaps others, which the feed no longer tells"].join(", ")}`;
}

function marketWords(market: string, { because, changed }: ExplainedCause): string {
  if (because.length > 0) return `${market} reads ${listed(because)}`;
  return changed && changed.length > 0 ? `${market} is new in this match, or open again` : `${market} was asked for`;
}

function commitLinks({ refresh, computedAt, deltaMs, seen, freshUntil, version }: Entry): Link[] {
  const at = iso(computedAt);
  return [
    { step: "job", at, words: `refresh ${refresh}, ${deltaMs} ms from the enqueued refresh to its commit` },
    {
      step: "commit",
      at,
      words: `stored: it saw version ${seen}, its numbers are from version ${version}, valid until ${iso(freshUntil)}`,
    },
  ];
}

/** What is going to happen. A refresh takes in the whole match, so this may be for the sake of other markets. */
function jobLinks({ number, dueVersion, dueAt, requestedAt, begunAt }: RefreshState): Link[] {
  if (begunAt !== undefined)
    return [{ step: "job", at: iso(begunAt), words: `refresh ${number} of the match is under way` }];
  if (dueVersion !== undefined)
    return [
      {
        step: "job",
        at: dueAt === undefined ? null : iso(dueAt),
        words: `a refresh of the match that sees version ${dueVersion} is due and has not begun`,
      },
    ];
  if (requestedAt === undefined) return [];
  return [
    { step: "job", at: iso(requestedAt), words: "a refresh of the match was asked for by a reader and has not begun" },
  ];
}

function settlementLink({ version, at, outcomes, provisional }: StoredSettlement, settledBy: Parts["settledBy"]): Link {
  const paid = Object.entries(outcomes).map(
    ([outcome, value]) => `${outcome} ${value === RESULT_VALUE.void ? "void" : value}`,
  );
  const shown = paid.length > MAX_SHOWN ? `${paid.length} outcomes` : paid.join(", ");
  return {
    step: "settlement",
    at: iso(at),
    words: `settled ${settledBy ? `by ${causeWords({ ...settledBy, event: null })} ` : ""}at version ${version}: ${shown}${provisional ? ", provisionally" : ""}`,
  };
}

const MAX_SHOWN = 6;
