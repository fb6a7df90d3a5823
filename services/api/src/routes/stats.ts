import { readStats, resetStats, setSampling, STAT_CATEGORIES } from "@touchline/cache";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { JSON_TYPE, jsonOf, readBody, textOf } from "../http/body.ts";
import { parseFields } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { askRedis } from "../redis/outage.ts";
import { answer, keyed, problems } from "./describe.ts";

const CATEGORY = z.enum(["all", ...STAT_CATEGORIES]);
const StatsQuery = z.object({
  category: CATEGORY.default("all").meta({ description: "one category of counters, or all of them" }),
});
const Counters = z.record(z.string(), z.number());
/** Spelled out: a record of names that may be missing is described as one in which all are required. */
const StatsAnswer = z.object(Object.fromEntries(STAT_CATEGORIES.map((name) => [name, Counters.optional()]))).meta({
  id: "CacheStats",
  description: "sums over all processes since the last reset; docs/metrics.md says what each means",
});
const Sampling = z.strictObject({
  rate: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: "share of durations to measure, 0 for none; every read is counted" }),
});

/** `GET /v1/cache/stats`, its reset and its sampling: the named counters, summed over all processes. */
export function statsRoutes({ config, store, stats, l1, access }: ApiContext): Route[] {
  const { KEY_PREFIX: prefix, REDIS_TIMEOUT_MS: deadlineMs } = config;
  const ask = async <T>(what: string, run: () => Promise<T>): Promise<T> => askRedis("store", what, deadlineMs, run);
  /** This process's own counts are part of the answer; the others' are at most one flush behind. */
  const passOn = async (): Promise<void> => {
    l1.count();
    await ask("passing on counters", async () => stats.flush());
  };
  const chosen = (category: z.output<typeof CATEGORY>) => (category === "all" ? STAT_CATEGORIES : [category]);
  const outage = problems({ 400: "a parameter breaks a rule", 503: "the store does not answer" });
  return [
    {
      method: "get",
      path: "/v1/cache/stats",
      operation: {
        summary: "The named counters, summed over all processes since the last reset",
        requestParams: { query: StatsQuery },
        responses: { 200: answer("counters by category", StatsAnswer), ...outage },
      },
      async handle(req, res) {
        const { category } = parseFields(StatsQuery, req.query, "query");
        await passOn();
        res.json(await ask("reading counters", async () => readStats(store.redis, prefix, chosen(category))));
      },
    },
    {
      method: "post",
      path: "/v1/cache/stats/reset",
      operation: {
        summary: "Start the named counters at zero again",
        description: "Prometheus' counters are left alone: they only ever rise.",
        requestParams: { query: StatsQuery },
        responses: {
          200: answer("the counters after it", StatsAnswer),
          401: { description: "no valid key" },
          ...outage,
        },
        ...keyed,
      },
      before: [access.needs("operate")],
      async handle(req, res) {
        const { category } = parseFields(StatsQuery, req.query, "query");
        await passOn();
        await ask("resetting counters", async () => resetStats(store.redis, prefix, chosen(category)));
        res.json(await ask("reading counters", async () => readStats(store.redis, prefix, chosen(category))));
      },
    },
    {
      method: "put",
      path: "/v1/cache/stats/sampling",
      operation: {
        summary: "Choose the share of durations that every process measures",
        requestBody: { required: true, content: { [JSON_TYPE]: { schema: Sampling.meta({ id: "Sampling" }) } } },
        responses: { 200: answer("the share in force", Sampling), 401: { description: "no valid key" }, ...outage },
        ...keyed,
      },
      before: [access.needs("operate"), ...readBody([JSON_TYPE])],
      async handle(req, res) {
        const { rate } = parseFields(Sampling, jsonOf(textOf(req)), "body");
        await ask("setting the sampling", async () => setSampling(store.redis, prefix, rate));
        await stats.flush();
        res.json({ rate });
      },
    },
  ];
}
