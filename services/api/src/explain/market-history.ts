import { type FeedMessage, parseChange, type RefreshMessage, type StepMessage } from "@touchline/cache";
import { effectOf } from "./effect.ts";

/** Messages read in one go. */
const BATCH = 64;
/** As many as the feed keeps, give or take. */
const MAX_SCANNED = 512;

interface HistoryQuery {
  readonly market: string;
  readonly variant: string;
  /** How many messages about the market are listed. */
  readonly limit: number;
  /** Number of the newest message to look at. */
  readonly newest: number;
  /** Match version that settled the market: the clock means nothing to it since. */
  readonly settledVersion: number | undefined;
  /** Match versions whose steps are looked for; each of them touched the market. */
  readonly versions: readonly number[];
  /** An event whose last step is looked for. */
  readonly event: { readonly source: string; readonly id: string } | undefined;
}

/** What the feed holds: messages with a number. */
export type HistoryMessage = StepMessage | RefreshMessage;

export interface MarketHistory {
  /** What touched, settled, reopened or refreshed the market, newest first. */
  readonly messages: readonly HistoryMessage[];
  /** The steps that were looked for, by match version, as far as the feed still has them. */
  readonly steps: ReadonlyMap<number, StepMessage>;
  readonly eventStep: StepMessage | undefined;
}

/**
 * Walks the feed of a match back until everything asked for is found, or the feed ends.
 * @param readBack reads messages before a number, newest first, at most so many
 */
export async function readHistory(
  readBack: (before: number, limit: number) => Promise<readonly FeedMessage[]>,
  query: HistoryQuery,
): Promise<MarketHistory> {
  const { limit, versions, event } = query;
  const messages: HistoryMessage[] = [];
  const steps = new Map<number, StepMessage>();
  let eventStep: StepMessage | undefined;
  let before = query.newest + 1;
  for (let scanned = 0; scanned < MAX_SCANNED; scanned += BATCH) {
    const batch = await readBack(before, BATCH);
    for (const { n, text } of batch) {
      before = n;
      const message = mayMatter(text, query) ? parseChange(text) : undefined;
      if (!message || message.kind === "answered") continue;
      if (message.kind === "touched") {
        if (versions.includes(message.version)) steps.set(message.version, message);
        if (event?.id === message.event.id && event.source === message.event.source) eventStep ??= message;
      }
      if (messages.length < limit && concerns(message, query)) messages.push(message);
    }
    const isDone = messages.length === limit && steps.size === versions.length && (!event || eventStep !== undefined);
    if (batch.length < BATCH || isDone) break;
  }
  return { messages, steps, eventStep };
}

/** Most messages are large and about other markets: not worth parsing. */
function mayMatter(text: string, { market, event }: HistoryQuery): boolean {
  if (text.includes(`"${market}"`) || text.includes('"clockMoved":true')) return true;
  return event !== undefined && text.includes(`"${event.id}"`);
}

function concerns(message: HistoryMessage, { market, variant, settledVersion = Infinity }: HistoryQuery): boolean {
  if (message.kind === "refreshed") return message.variant === variant && Object.hasOwn(message.markets, market);
  const { effect } = effectOf(message, market, variant);
  return effect === "clock_moved" ? message.version <= settledVersion : effect !== "none";
}
