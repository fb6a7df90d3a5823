import type {
  AllStreamMessage,
  HealthSnapshot,
  ImpactStory,
  InvalidationQuery,
  StreamMessage,
} from "@touchline/contract";
import type { FixtureInput, MatchEventInput, TotalsInput } from "@touchline/domain";
import type { z } from "zod";
import {
  Explanation,
  Health,
  Impact,
  Invalidation,
  MarketList,
  Match,
  MatchList,
  Predictions,
  PublishAnswer,
  type PublishResult,
  type Registration,
  RegistrationReport,
  Verification,
} from "./answers.ts";
import { ContractError } from "./errors.ts";
import { createEtagMemory } from "./etag-memory.ts";
import { type EventRow, SnapshotReport } from "./snapshot.ts";
import { jsonOrUndefined, problemOf } from "./problem.ts";
import type { CallOptions, ExplainQuery, MatchQuery, PredictionQuery, SnapshotCall } from "./queries.ts";
import { json, matchPath, queryOf } from "./request-parts.ts";
import { batchesOf, type PublishReport, reportOf, withRetries } from "./publish.ts";
import { streamAll, streamMatch, type StreamOptions } from "./stream.ts";
import { type Answer, createTransport, type Request } from "./transport.ts";

export interface ClientOptions {
  /** Root of the service, `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Sent as `Authorization: Bearer …`. */
  readonly apiKey?: string | undefined;
  /** How long one exchange may take, in milliseconds. Default 10 s. */
  readonly deadlineMs?: number;
}

/** An answer to a question about predictions, and whether it is the one already known (304). */
export interface PredictionAnswer extends Predictions {
  readonly etag: string | undefined;
  readonly unchanged: boolean;
}

/**
 * Every method rejects with `ProblemError` when the service says no, `UnreachableError` when it does not answer,
 * `DeadlineError` when it does not answer in time, and `ContractError` when the answer makes no sense.
 */
export interface Client {
  /** Registers a fixture, or registers it again. Repeats what got no answer: the same words again change nothing. */
  registerMatch(matchId: string, fixture: FixtureInput, options?: CallOptions): Promise<Registration>;
  /** Publishes one event or many. Repeats what got no answer: an event sent twice counts once. */
  publish(events: MatchEventInput | readonly MatchEventInput[], options?: CallOptions): Promise<PublishReport>;
  /** Says all that a source says of a match: its complete present list. The same list again changes nothing. */
  putEvents(
    matchId: string,
    source: string,
    events: readonly EventRow[],
    options?: SnapshotCall,
  ): Promise<SnapshotReport>;
  /** The same for a feed of numbers. */
  putTotals(matchId: string, source: string, totals: TotalsInput, options?: SnapshotCall): Promise<SnapshotReport>;
  match(matchId: string, options?: CallOptions): Promise<Match>;
  /** One page of the matches, by kick-off; `offset` is `next` of the page before. */
  matches(query?: MatchQuery): Promise<MatchList>;
  /** Asks with the last `ETag` of the same question, so that an unchanged answer costs no body. */
  predictions(matchId: string, query?: PredictionQuery): Promise<PredictionAnswer>;
  markets(options?: CallOptions): Promise<MarketList>;
  /** What the service sees of the whole installation. */
  health(options?: CallOptions): Promise<HealthSnapshot>;
  /** How well what events left alone was left alone: comparisons, misses, and what that proves. */
  verification(options?: CallOptions): Promise<Verification>;
  /** What an event would do to its match, or the last event of a story to the rest of it. Writes nothing. */
  impact(question: MatchEventInput | ImpactStory, options?: CallOptions): Promise<Impact>;
  /** Why a market is fresh, stale, suspended or settled. */
  explain(matchId: string, market: string, query?: ExplainQuery): Promise<Explanation>;
  /** Has markets predicted again, by hand. */
  invalidate(matchId: string, query: InvalidationQuery, options?: CallOptions): Promise<Invalidation>;
  /** Live messages of one match; see `StreamOptions` for resuming and ending. */
  stream(matchId: string, options?: StreamOptions): AsyncGenerator<StreamMessage, void, undefined>;
  /**
   * Live messages of all matches, in the order in which one process of the service received them. Begins with a `reset`
   * without a `matchId`, which says where every match stands; another one follows where messages may be missing.
   */
  streamAll(options?: StreamOptions): AsyncGenerator<AllStreamMessage, void, undefined>;
}

const DEADLINE_MS = 10_000;

/** @throws TypeError when `url` is not an http or https address */
export function createClient({ url, apiKey, deadlineMs = DEADLINE_MS }: ClientOptions): Client {
  const root = URL.canParse(url) ? new URL(url) : undefined;
  if (root?.protocol !== "http:" && root?.protocol !== "https:")
    throw new TypeError(`"${url}" is not an http or https address`);
  const headers = {
    accept: "application/json, application/problem+json",
    "user-agent": "touchline-client",
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  const transport = createTransport(root, headers, deadlineMs);
  const known = createEtagMemory<Predictions>();

  /** @param isFine says of an answer outside 2xx that it is what was asked for */
  async function exchange(request: Request, isFine: (answer: Answer) => boolean = isUnchanged): Promise<Answer> {
    const answer = await transport.send(request);
    if ((answer.status < 200 || answer.status > 299) && !isFine(answer)) throw problemOf(answer);
    return answer;
  }

  async function get<T extends z.ZodType>(path: string, schema: T, { signal }: CallOptions = {}): Promise<z.output<T>> {
    return parse(await exchange({ method: "GET", path, signal }), schema, path);
  }

  async function post<T extends z.ZodType>(
    path: string,
    body: unknown,
    schema: T,
    { signal }: CallOptions = {},
  ): Promise<z.output<T>> {
    return parse(await exchange({ method: "POST", path, signal, ...json(body) }), schema, path);
  }

  async function put(
    route: string,
    source: string,
    body: unknown,
    { signal, asOf }: SnapshotCall = {},
  ): Promise<SnapshotReport> {
    const path = `${route}${queryOf({ source, asOf })}`;
    const answer = await withRetries(() => exchange({ method: "PUT", path, signal, ...json(body) }), signal);
    return parse(answer, SnapshotReport, path);
  }

  /** An answer of the history before a `reset` is not what the service means when it says "unchanged" in this one. */
  async function* forgetful<Message extends AllStreamMessage>(
    messages: AsyncGenerator<Message, void, undefined>,
  ): AsyncGenerator<Message, void, undefined> {
    for await (const message of messages) {
      if (message.kind === "reset")
        known.forget(message.matchId === undefined ? "/v1/matches/" : `${matchPath(message.matchId)}/`);
      yield message;
    }
  }

  return {
    async registerMatch(matchId, fixture, { signal } = {}) {
      const path = matchPath(matchId);
      const answer = await withRetries(() => exchange({ method: "PUT", path, signal, ...json(fixture) }), signal);
      const { warnings = [] } = parse(answer, RegistrationReport, path);
      return { status: answer.status === 201 ? "created" : "updated", warnings };
    },

    async publish(events, { signal } = {}) {
      const path = "/v1/events";
      const results: PublishResult[] = [];
      for (const { contentType, body } of batchesOf(events)) {
        const request: Request = {
          method: "POST",
          path,
          body,
          headers: { "content-type": contentType },
          signal,
        };
        const answer = await withRetries(() => exchange(request, isWhollyRejected), signal);
        results.push(...parse(answer, PublishAnswer, path).results);
      }
      return reportOf(results);
    },

    putEvents: async (matchId, source, events, options) => put(`${matchPath(matchId)}/events`, source, events, options),
    putTotals: async (matchId, source, totals, options) => put(`${matchPath(matchId)}/totals`, source, totals, options),

    match: (matchId, options) => get(matchPath(matchId), Match, options),
    matches: ({ signal, ...query } = {}) => get(`/v1/matches${queryOf({ ...query })}`, MatchList, { signal }),
    // A newer service may know more labels of markets; they are shown as they are.
    health: async (options) => (await get("/v1/health", Health, options)) as HealthSnapshot,

    markets: (options) => get("/v1/markets", MarketList, options),
    verification: (options) => get("/v1/verification", Verification, options),

    async predictions(matchId, { signal, markets, ...query } = {}) {
      const search = queryOf({ ...query, markets: markets?.join(",") });
      const path = `${matchPath(matchId)}/predictions${search}`;
      const before = known.get(path);
      const answer = await exchange({
        method: "GET",
        path,
        signal,
        ...(before ? { headers: { "if-none-match": before.etag } } : {}),
      });
      if (answer.status === 304) {
        if (!before) throw new ContractError(`${path} answered 304 to an unconditional request`);
        return { ...before.answer, etag: before.etag, unchanged: true };
      }
      const predictions = parse(answer, Predictions, path);
      const { etag } = answer.headers;
      if (etag !== undefined) known.set(path, { etag, answer: predictions });
      return { ...predictions, etag, unchanged: false };
    },

    impact: (question, options) => post("/v1/impact", question, Impact, options),
    explain: (matchId, market, { signal, ...query } = {}) =>
      get(`${matchPath(matchId)}/markets/${encodeURIComponent(market)}/explain${queryOf(query)}`, Explanation, {
        signal,
      }),
    invalidate: (matchId, query, options) => post(`${matchPath(matchId)}/invalidate`, query, Invalidation, options),

    stream: (matchId, options) => forgetful(streamMatch(transport, matchId, options)),
    streamAll: (options) => forgetful(streamAll(transport, options)),
  };
}

function isUnchanged({ status }: Answer): boolean {
  return status === 304;
}

/** A request of which every event was rejected has a result for each all the same. */
function isWhollyRejected({ status, body }: Answer): boolean {
  return status === 422 && PublishAnswer.safeParse(jsonOrUndefined(body)).success;
}

function parse<T extends z.ZodType>(answer: Answer, schema: T, path: string): z.output<T> {
  let body: unknown;
  try {
    body = JSON.parse(answer.body);
  } catch (error) {
    throw new ContractError(`${path} did not answer with JSON`, { cause: error });
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ContractError(`${path} answered with an unexpected shape: ${issue?.path.join(".")} ${issue?.message}`, {
    cause: parsed.error,
  });
}
