import type { IncomingMessage, ServerResponse } from "node:http";
import { DeadlineError, withDeadline } from "./deadline.ts";
import type { Logger } from "./log.ts";

/** Proof of progress: a loop beats it on every turn, also when there was nothing to do. */
export interface Heartbeat {
  beat(): void;
  /** The loop ended on purpose; its silence counts no more. */
  stop(): void;
}

type CheckState = "ok" | "failed" | "overdue" | "silent" | "stopping";

/** `checks` holds one word for each check: reasons belong in the log, since anybody may read this answer. */
export interface HealthReport {
  ok: boolean;
  checks: Record<string, CheckState>;
  figures?: Record<string, Figures>;
}

/** Numbers beside the checks: what an operator reads off, and what makes nobody unready. */
export type Figures = Readonly<Record<string, number | boolean | null>>;

interface HealthOptions {
  log: Logger;
  /** Milliseconds from any fixed point; injected for tests. */
  now?: () => number;
}

interface ReadinessCheck {
  run: () => PromiseLike<unknown>;
  deadlineMs: number;
}

/**
 * Liveness: do the loops still turn? Failing means restart. It asks no other system, or an outage of Redis would
 * restart every service. Readiness: can requests be served now? Failing means send none.
 */
export class Health {
  readonly #log: Logger;
  readonly #now: () => number;
  readonly #checks = new Map<string, ReadinessCheck>();
  readonly #figures = new Map<string, () => Figures>();
  readonly #heartbeats = new Map<string, { lastBeat: number; maxSilenceMs: number }>();
  readonly #lastState = new Map<string, CheckState>();
  #running: Promise<HealthReport> | undefined;
  #stopping = false;

  constructor({ log, now = () => performance.now() }: HealthOptions) {
    this.#log = log;
    this.#now = now;
  }

  /** Adds a readiness check: ready while `run` resolves within `deadlineMs`. Names are a small fixed set. */
  addCheck(name: string, run: () => PromiseLike<unknown>, deadlineMs = 1_000): void {
    this.#checks.set(name, { run, deadlineMs });
  }

  /** Adds numbers to the answer of readiness. Names are a small fixed set. */
  addFigures(name: string, read: () => Figures): void {
    this.#figures.set(name, read);
  }

  /** Starts a heartbeat that must be beaten at least every `maxSilenceMs`; the first beat is now. */
  heartbeat(name: string, maxSilenceMs: number): Heartbeat {
    const entry = { lastBeat: this.#now(), maxSilenceMs };
    this.#heartbeats.set(name, entry);
    return {
      beat: () => {
        entry.lastBeat = this.#now();
      },
      stop: () => {
        if (this.#heartbeats.get(name) === entry) this.#heartbeats.delete(name);
      },
    };
  }

  /** From now on not ready, so that a balancer sends nothing new while running work ends. */
  beginStop(): void {
    this.#stopping = true;
  }

  live(): HealthReport {
    const now = this.#now();
    const states = [...this.#heartbeats].map(([name, { lastBeat, maxSilenceMs }]): [string, CheckState] => {
      const state = now - lastBeat > maxSilenceMs ? "silent" : "ok";
      this.#logChange(`heartbeat ${name}`, state, undefined);
      return [name, state];
    });
    return reportOf(states);
  }

  /** Runs all checks; callers that ask meanwhile share the run, so probes cannot pile up on a hung system. */
  ready(): Promise<HealthReport> {
    this.#running ??= this.#runChecks().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #runChecks(): Promise<HealthReport> {
    const states = await Promise.all(
      [...this.#checks].map(async ([name, check]): Promise<[string, CheckState]> => [
        name,
        await this.#runCheck(name, check),
      ]),
    );
    const report = reportOf(this.#stopping ? [...states, ["process", "stopping"]] : states);
    if (this.#figures.size > 0)
      report.figures = Object.fromEntries([...this.#figures].map(([name, read]) => [name, read()]));
    return report;
  }

  async #runCheck(name: string, { run, deadlineMs }: ReadinessCheck): Promise<CheckState> {
    let state: CheckState = "ok";
    let failure: unknown;
    try {
      const running = (async () => run())();
      await withDeadline(running, deadlineMs, name);
    } catch (error) {
      failure = error;
      state = error instanceof DeadlineError ? "overdue" : "failed";
    }
    this.#logChange(`check ${name}`, state, failure);
    return state;
  }

  #logChange(check: string, state: CheckState, err: unknown): void {
    const before = this.#lastState.get(check) ?? "ok";
    this.#lastState.set(check, state);
    if (state === before) return;
    if (state === "ok") this.#log.info({ check }, "health restored");
    else this.#log.warn({ check, state, err }, "health lost");
  }
}

function reportOf(states: [string, CheckState][]): HealthReport {
  return { ok: states.every(([, state]) => state === "ok"), checks: Object.fromEntries(states) };
}

type Handler = (req: IncomingMessage, res: ServerResponse) => void;

/** `/livez`: 200 while every heartbeat beats, else 503. Works with `node:http` and as an Express handler. */
export function livenessHandler(health: Health): Handler {
  return (_req, res) => send(res, health.live());
}

/** `/readyz`: 200 while every check passes, else 503 with the names of those that do not. */
export function readinessHandler(health: Health): Handler {
  return (_req, res) => {
    health.ready().then(
      (report) => send(res, report),
      () => send(res, { ok: false, checks: {} }),
    );
  };
}

function send(res: ServerResponse, { ok, checks, figures }: HealthReport): void {
  const body = JSON.stringify({ status: ok ? "ok" : "unavailable", checks, figures });
  res.writeHead(ok ? 200 : 503, { "content-type": "application/json", "cache-control": "no-store" }).end(body);
}
