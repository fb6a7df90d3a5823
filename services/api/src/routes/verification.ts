import { readVerified, type VerificationRecord } from "@touchline/cache";
import { VerificationAnswer } from "@touchline/contract";
import { eventsUntilFound, missRateBound } from "@touchline/domain";
import type { ApiContext } from "../api-context.ts";
import type { Route } from "../http/route.ts";
import { askRedis } from "../redis/outage.ts";
import { answer, problems } from "./describe.ts";

/** `GET /v1/verification`: what comparing a share of what events leave alone has shown so far. */
export function verificationRoute({ config, store }: Pick<ApiContext, "config" | "store">): Route {
  const { KEY_PREFIX: prefix, REDIS_TIMEOUT_MS: deadlineMs } = config;
  return {
    method: "get",
    path: "/v1/verification",
    operation: {
      summary: "How surely events leave alone only what they do not change",
      description:
        "A share of the prices that an event left alone is predicted again in the background and compared. Sums over " +
        "all processes; docs/verification.md says what they prove.",
      responses: {
        200: answer("comparisons, misses and the bound of the miss rate", VerificationAnswer),
        ...problems({ 503: "the store does not answer" }),
      },
    },
    async handle(_req, res) {
      const record = await askRedis("store", "reading verifications", deadlineMs, async () =>
        readVerified(store.redis, prefix),
      );
      res.set("cache-control", "no-store").json(answerOf(record));
    },
  };
}

function answerOf(record: VerificationRecord): VerificationAnswer {
  const { comparisons, misses, share, quiet, unexplained, unrepeatable, failed } = record;
  return {
    since: instant(record.since),
    last: instant(record.last),
    share: share ?? null,
    foundWithin: share !== undefined && share > 0 && share <= 1 ? eventsUntilFound(share) : null,
    ...bounded({ comparisons, misses }),
    sinceLastMiss: {
      at: instant(record.missAt),
      comparisons: quiet,
      missRateBound: missRateBound(quiet, 0),
    },
    unproved: { unexplained, unrepeatable, failed },
    markets: [...record.markets].map(([market, each]) => ({ market, ...bounded(each) })).sort(byMisses),
    facts: [...record.facts].map(([fact, each]) => ({ fact, ...bounded(each) })).sort(byMisses),
    examples: record.examples.map(({ at, event: { type, source, eventId }, before, after, ...rest }) => ({
      ...rest,
      at: new Date(at).toISOString(),
      event: { type, source, id: eventId },
      before: outcomesIn(before),
      after: outcomesIn(after),
    })),
  };
}

interface Counted {
  readonly comparisons: number;
  readonly misses: number;
}

function bounded({ comparisons, misses }: Counted): Counted & { readonly missRateBound: number } {
  // Counters of one sample are added one after the other, and a reset store may have lost some.
  const missed = Math.min(misses, comparisons);
  return { comparisons, misses: missed, missRateBound: missRateBound(comparisons, missed) };
}

function byMisses(a: Counted, b: Counted): number {
  return b.misses - a.misses || b.comparisons - a.comparisons;
}

function instant(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

function outcomesIn(text: string): Record<string, number | null> {
  return JSON.parse(text) as Record<string, number | null>;
}
