import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Case, CaseRequest, Expectation, Step } from "./case.ts";

/** Plays cases against a running installation, over HTTP alone. */
export interface CasePlayer {
  readonly url: string;
  /** Puts the events of a step into the order in which they are sent. */
  readonly order: (events: readonly TimedEvent[]) => readonly TimedEvent[];
}

export interface TimedEvent {
  readonly event: Readonly<Record<string, unknown>>;
  /** Its place in the case. */
  readonly index: number;
}

interface Sent {
  readonly status: number;
  readonly text: string;
  readonly json: unknown;
}

const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 100;
/** What holds must go on holding: a later refresh may undo it. */
const STEADY_LOOKS = 4;

/** Plays one case as a match of its own. @returns what does not hold in the end; nothing if all does */
export async function playCase(player: CasePlayer, played: Case): Promise<string[]> {
  const matchId = `${played.id.slice(0, 40)}-${Math.random().toString(36).slice(2, 10)}`;
  if (played.fixture !== null) await register(player, matchId, played.fixture ?? {});
  let results: unknown[] = [];
  for (const step of played.steps ?? []) {
    if (step.fixture) await register(player, matchId, step.fixture);
    if (step.request) await send(player, matchId, step.request);
    if (step.waitMs) await delay(step.waitMs);
    if (step.events) results = await publish(player, matchId, step, played.anyOrder === true);
  }
  return holdSteadily(async () => {
    const looks = await Promise.all(played.expect.map(async (each) => look(player, matchId, each, results)));
    return looks.filter((problem) => problem !== undefined);
  });
}

/** Looks until everything holds and goes on holding, or patience ends. */
async function holdSteadily(looked: () => Promise<string[]>): Promise<string[]> {
  const deadline = Date.now() + PATIENCE_MS;
  for (let steady = 0; ;) {
    const problems = await looked();
    steady = problems.length === 0 ? steady + 1 : 0;
    if (steady > STEADY_LOOKS || Date.now() > deadline) return problems;
    await delay(LOOK_EVERY_MS);
  }
}

async function register({ url }: CasePlayer, matchId: string, fixture: object): Promise<void> {
  const body = { home: "Rovers", away: "United", competition: "Cup", kickoff: "now", ...fixture };
  const json = JSON.stringify({ ...body, kickoff: timeOf(body.kickoff, Date.now()) });
  await exchange(url, { method: "PUT", path: `/v1/matches/${matchId}`, headers: JSON_BODY, body: json });
}

async function publish(
  player: CasePlayer,
  matchId: string,
  { events = [] }: Step,
  anyOrder: boolean,
): Promise<unknown[]> {
  const now = Date.now();
  const timed = events.map((event, index): TimedEvent => {
    // Each a moment after the one before, so that their times tell their order.
    const occurredAt = timeOf(event["occurredAt"] ?? "now", now - events.length + index);
    return { event: { source: "feed", matchId, ...event, occurredAt }, index };
  });
  const results: unknown[] = [];
  for (const { event, index } of anyOrder ? player.order(timed) : timed) {
    const answer = await exchange(player.url, {
      method: "POST",
      path: "/v1/events",
      headers: JSON_BODY,
      body: JSON.stringify(event),
    });
    results[index] = at(answer.json, "results.0");
  }
  return results;
}

const JSON_BODY = { "content-type": "application/json" };
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `now`, `-25m`, `+2h`, or a date as it is. */
function timeOf(text: unknown, now: number): string {
  if (text === "now") return new Date(now).toISOString();
  const found = /^([+-])(\d+)(ms|s|m|h|d)$/.exec(String(text));
  if (!found) return String(text);
  const [, sign, count, unit = "s"] = found;
  return new Date(now + (sign === "-" ? -1 : 1) * Number(count) * (UNITS[unit] ?? 0)).toISOString();
}

async function send({ url }: CasePlayer, matchId: string, request: CaseRequest): Promise<Sent> {
  const filled = (content: unknown): string =>
    (typeof content === "string" ? content : JSON.stringify(content))
      .replaceAll("{match}", matchId)
      .replaceAll("{now}", new Date().toISOString());
  const { body, ...rest } = request;
  return exchange(url, {
    method: "GET",
    ...rest,
    path: filled(request.path),
    ...(body === undefined ? {} : { body: filled(body) }),
    headers: { ...(request.body === undefined ? {} : JSON_BODY), ...request.headers },
  });
}

async function exchange(
  url: string,
  { path, ...request }: Omit<CaseRequest, "body"> & { readonly body?: string },
): Promise<Sent> {
  const response = await fetch(url + path, { ...request, signal: AbortSignal.timeout(PATIENCE_MS) });
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Then only its text can be looked at.
  }
  return { status: response.status, text, json };
}

function at(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((node, step) => (node as Record<string, unknown> | null | undefined)?.[step], value);
}

async function look(
  player: CasePlayer,
  matchId: string,
  expected: Expectation,
  results: readonly unknown[],
): Promise<string | undefined> {
  if (expected.request) {
    const { request, contains, lacks } = expected;
    const { status, text } = await send(player, matchId, request);
    const filled = lacks?.replaceAll("{match}", matchId);
    if (!isOne(status, expected.status)) return `${request.path} is ${status}: ${text.slice(0, 160)}`;
    if (contains !== undefined && !text.includes(contains)) return `${request.path} lacks ${contains}`;
    return filled !== undefined && text.includes(filled) ? `${request.path} contains ${filled}` : undefined;
  }
  if (expected.result !== undefined) {
    const result = results[expected.result];
    const said = JSON.stringify(result ?? null);
    if (!isOne(at(result, "status"), expected.status)) return `result ${expected.result} is ${said}`;
    return said.includes(expected.warns ?? "") ? undefined : `result ${expected.result} is silent: ${said}`;
  }
  if (expected.match !== undefined) {
    const { json } = await exchange(player.url, { path: `/v1/matches/${matchId}` });
    const seen = at(json, expected.match);
    const wanted = expected.in ?? [expected.is];
    return wanted.some((value) => isDeepStrictEqual(seen, value))
      ? undefined
      : `${expected.match} is ${JSON.stringify(seen)}`;
  }
  return lookAtMarket(player, matchId, expected);
}

async function lookAtMarket({ url }: CasePlayer, matchId: string, expected: Expectation): Promise<string | undefined> {
  const { market = "", variant = "default", outcome } = expected;
  const path = `/v1/matches/${matchId}/predictions?markets=${market}&variant=${variant}`;
  const { json, status } = await exchange(url, { path });
  const answer = at(json, `markets.${market}`);
  const label = at(answer, "status") ?? `HTTP ${status}`;
  const said = `${market} is ${JSON.stringify(label)} ${JSON.stringify(at(answer, "outcomes"))}`;
  if (!isOne(label, expected.status) || (expected.never !== undefined && isOne(label, expected.never))) return said;
  if (outcome === undefined) return undefined;
  const value = at(answer, `outcomes.${outcome}`);
  if ("is" in expected) return value === expected.is ? undefined : said;
  const { below = Infinity, above = -Infinity } = expected;
  return typeof value === "number" && value < below && value > above ? undefined : said;
}

function isOne(seen: unknown, wanted: Expectation["status"]): boolean {
  return wanted === undefined || ([] as unknown[]).concat(wanted).includes(seen);
}
