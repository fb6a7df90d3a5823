import { setTimeout as delay } from "node:timers/promises";
import { type Graph, graphFor } from "@touchline/domain";
import { type BreakerState, CallBreaker } from "./call-breaker.ts";
import { readAnswer } from "./http-predictor-answer.ts";
import { modelRequest, type Question, questionOf } from "./http-predictor-request.ts";
import { HttpTransport, StatusError } from "./http-predictor-transport.ts";
import type { Prediction, PredictionRequest, Predictor } from "@touchline/model";
import { PredictorError, type PredictorFailure } from "./predictor-error.ts";
import { RetryBudget } from "./retry-budget.ts";
import { WaitingLine, type Waiting } from "./waiting-line.ts";

export interface HttpPredictorOptions {
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** From the call of `predict` to its end, waiting and retries included, milliseconds. */
  readonly deadlineMs: number;
  /** Requests under way at a time. */
  readonly concurrency: number;
  /** Matches of one request. While requests are under way, those that wait travel together. */
  readonly batch?: number;
  readonly watch?: PredictorWatch;
  /** The dependency graph in force; everything reads everything by default. */
  readonly graph?: () => Graph;
  /** A steady clock, milliseconds. */
  readonly now?: () => number;
}

/** Called with the outcome of each prediction; the worker counts them. */
export interface PredictorWatch {
  /** @param reason in words, for a failure */
  asked(outcome: "ok" | "given_up" | PredictorFailure, seconds: number, reason?: string): void;
  retried(): void;
}

const UNDECLARED = graphFor("all");
const USUAL_BATCH = 8;
/** Predictions that may wait, for each that may be under way: more would only wait for their deadline. */
const WAITING_PER_PLACE = 16;
const MOST_ANSWER_BYTES = 16 * 1024 * 1024;
const MOST_RETRIES = 1;
const RETRY_SHARE = 0.1;
const RETRIES_KEPT = 5;
const RETRY_PAUSE_MS = 50;
const BREAKER = { windowMs: 10_000, fewestCalls: 5, failureShare: 0.5, openMs: 1_000, longestOpenMs: 10_000 } as const;

/**
 * Predictions of any model server that implements the contract of `docs/predictor.md`. Nothing it does can hold up a
 * caller longer than the deadline, and every answer is checked.
 */
export class HttpPredictor implements Predictor {
  readonly #options: HttpPredictorOptions;
  readonly #transport: HttpTransport;
  readonly #breaker = new CallBreaker(BREAKER);
  readonly #retries = new RetryBudget(RETRY_SHARE, RETRIES_KEPT);
  readonly #line: WaitingLine<Question, Prediction>;
  readonly #now: () => number;
  #underWay = 0;

  /** @throws TypeError when the address is none */
  constructor(options: HttpPredictorOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    const { url, apiKey, concurrency: connections } = options;
    this.#transport = new HttpTransport({ url, apiKey, connections, mostAnswerBytes: MOST_ANSWER_BYTES });
    this.#line = new WaitingLine(WAITING_PER_PLACE * connections);
  }

  /** Whether the server is being asked at all. */
  get circuit(): BreakerState {
    return this.#breaker.stateAt(this.#now());
  }

  /**
   * Rejects with `PredictorError` when the server is gone, late, out of order or wrong; with the signal's reason when
   * it is aborted; with other errors for a request that makes no sense.
   */
  async predict(request: PredictionRequest, signal: AbortSignal): Promise<Prediction> {
    const began = this.#now();
    const report = (outcome: Parameters<PredictorWatch["asked"]>[0], reason?: string) =>
      this.#options.watch?.asked(outcome, (this.#now() - began) / 1000, reason);
    try {
      const prediction = await this.#ask(questionOf(request, this.#options.graph?.() ?? UNDECLARED), signal);
      report("ok");
      return prediction;
    } catch (error) {
      if (error instanceof PredictorError) report(error.kind, error.message);
      else if (signal.aborted) report("given_up");
      throw error;
    }
  }

  /** Drops idle connections. Predictions under way fail. */
  close(): void {
    this.#transport.close();
  }

  async #ask(question: Question, signal: AbortSignal): Promise<Prediction> {
    signal.throwIfAborted();
    if (this.circuit === "open") throw cutOff();
    const { deadlineMs } = this.#options;
    const answer = this.#line.join(question, signal, deadlineMs, this.#now() + deadlineMs);
    this.#pump();
    return answer;
  }

  /** Sends whatever may be sent now. Called when something joins the line and when a request ends. */
  #pump(): void {
    const { concurrency, batch = USUAL_BATCH } = this.#options;
    while (this.#underWay < concurrency && this.#line.length > 0) {
      const end = this.#breaker.begin(this.#now());
      if (!end) {
        // Open, or a probe is under way: nobody shall wait for what is not going to be asked.
        for (const waiting of this.#line.take(this.#line.length)) waiting.reject(cutOff());
        return;
      }
      const group = this.#line.take(batch);
      this.#underWay++;
      void this.#send(group)
        .then((how) => end(how, this.#now()))
        .finally(() => {
          this.#underWay--;
          this.#pump();
        });
    }
  }

  /** Asks for a group and answers each of it; never rejects. */
  async #send(group: readonly Waiting<Question, Prediction>[]): Promise<"succeeded" | "failed" | "given_up"> {
    // Given up only when nobody of the group waits any more, and none of them because time was up.
    const nobody = new AbortController();
    let left = group.length;
    let late = false;
    for (const waiting of group) {
      void waiting.gone.then((why) => {
        late ||= why === "late";
        if (--left === 0) nobody.abort(new Error("nobody waits"));
      });
    }
    try {
      const questions = group.map(({ content }) => content);
      const until = Math.min(...group.map(({ deadlineAt }) => deadlineAt));
      const answers = readAnswer(await this.#post(modelRequest(questions), until, nobody.signal), questions);
      let how: "succeeded" | "failed" = "succeeded";
      for (const [index, waiting] of group.entries()) {
        const answer = answers[index]!;
        if (answer instanceof PredictorError) {
          how = "failed";
          waiting.reject(answer);
        } else waiting.resolve(answer);
      }
      return how;
    } catch (error) {
      for (const waiting of group) waiting.reject(error);
      return nobody.signal.aborted && !late ? "given_up" : "failed";
    }
  }

  async #post(body: string, until: number, nobody: AbortSignal): Promise<string> {
    this.#retries.earn();
    const deadline = AbortSignal.timeout(Math.max(0, Math.ceil(until - this.#now())));
    for (let retries = 0; ; retries++) {
      try {
        return await this.#transport.post(body, deadline, nobody);
      } catch (error) {
        const again = retries < MOST_RETRIES && isPassing(error) && until - this.#now() > 2 * RETRY_PAUSE_MS;
        if (!again || !this.#retries.spend()) throw error;
        this.#options.watch?.retried();
        await delay(RETRY_PAUSE_MS * (0.5 + Math.random()));
      }
    }
  }
}

/** Whether the same request may fare better in a moment. A server that is too slow or wrong will be so again. */
function isPassing(error: unknown): boolean {
  if (error instanceof StatusError) return error.status >= 500;
  return error instanceof PredictorError && error.kind === "unreachable";
}

function cutOff(): PredictorError {
  return new PredictorError("open", "not asked: too many requests failed lately");
}
