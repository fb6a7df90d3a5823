import { randomBytes } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";

/** The format is described in README.md. */
export interface Case {
  readonly id: string;
  readonly because: string;
  readonly fixture?: Readonly<Record<string, unknown>> & { readonly kickoff?: string };
  readonly steps?: readonly { readonly events: readonly (object & { readonly occurredAt?: string })[] }[];
  readonly expect: readonly Expectation[];
}

type Expectation =
  | {
      readonly request: { readonly method?: string; readonly path: string; readonly body?: unknown };
      readonly status?: number;
      readonly contains?: string;
      readonly lacks?: string;
    }
  | { readonly match: string; readonly is?: unknown; readonly in?: readonly unknown[] }
  | {
      readonly market: string;
      readonly status?: string | readonly string[];
      readonly never?: string | readonly string[];
    };

/** Longer than anything that is expected takes, and how long it must then hold, milliseconds. */
const WITHIN_MS = 60_000;
const HOLDS_MS = 500;
const EVERY_MS = 100;

/** Plays one case against the api at `url`. @returns what does not hold; empty when all does */
export async function playCase(url: string, played: Case): Promise<string[]> {
  const matchId = `${played.id.slice(0, 40)}-${randomBytes(4).toString("hex")}`;
  const fixture = { home: "Rovers", away: "United", competition: "Cup", ...played.fixture };
  await call(url, "PUT", `/v1/matches/${matchId}`, { ...fixture, kickoff: momentOf(played.fixture?.kickoff) });
  for (const event of (played.steps ?? []).flatMap(({ events }) => events))
    await call(url, "POST", "/v1/events", {
      source: "feed",
      matchId,
      ...event,
      occurredAt: momentOf(event.occurredAt),
    });
  const failed = async (): Promise<string[]> =>
    (await Promise.all(played.expect.map(async (expected) => failureOf(url, matchId, expected)))).filter(
      (failure) => failure !== "",
    );
  const giveUpAt = performance.now() + WITHIN_MS;
  for (;;) {
    if ((await failed()).length === 0) {
      await delay(HOLDS_MS);
      const later = await failed();
      if (later.length === 0 || performance.now() > giveUpAt) return later;
    }
    if (performance.now() > giveUpAt) return failed();
    await delay(EVERY_MS);
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function momentOf(text = "now"): string {
  const [, sign, count, unit = ""] = /^([+-])(\d+)([smhd])$/.exec(text) ?? [];
  if (sign === undefined) return text === "now" ? new Date().toISOString() : text;
  return new Date(Date.now() + (sign === "-" ? -1 : 1) * Number(count) * (UNITS[unit] ?? 0)).toISOString();
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function call(url: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = { "content-type": "application/json" };
  const response = await fetch(url + path, { method, headers, ...content, signal: AbortSignal.timeout(WITHIN_MS) });
  return { status: response.status, text: await response.text() };
}

async function failureOf(url: string, matchId: string, expected: Expectation): Promise<string> {
  if ("request" in expected) {
    const { method = "GET", path, body } = expected.request;
    const { status, text } = await call(url, method, path.replaceAll("{match}", matchId), body);
    const { contains = "", lacks } = expected;
    const holds =
      (expected.status ?? status) === status &&
      text.includes(contains) &&
      (lacks === undefined || !text.includes(lacks));
    return holds ? "" : `${method} ${path} answers ${status} ${text.slice(0, 200)}`;
  }
  if ("match" in expected) {
    const { text } = await call(url, "GET", `/v1/matches/${matchId}`);
    const seen = fieldOf(JSON.parse(text), expected.match);
    const wanted = expected.in ?? [expected.is];
    return wanted.some((value) => isDeepStrictEqual(value, seen)) ? "" : `${expected.match} is ${JSON.stringify(seen)}`;
  }
  const { market, status, never } = expected;
  const { text } = await call(url, "GET", `/v1/matches/${matchId}/predictions?markets=${market}`);
  const label = String(fieldOf(JSON.parse(text), `markets.${market}.status`));
  const holds = (status === undefined || isOneOf(label, status)) && (never === undefined || !isOneOf(label, never));
  return holds ? "" : `${market} is ${label}`;
}

function isOneOf(label: string, words: string | readonly string[]): boolean {
  return typeof words === "string" ? label === words : words.includes(label);
}

function fieldOf(value: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((at, name) => (typeof at === "object" && at !== null ? Reflect.get(at, name) : undefined), value);
}
