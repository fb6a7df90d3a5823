import { DeadlineError, withDeadline } from "./deadline.ts";
import type { Logger } from "./log.ts";

interface ShutdownOptions {
  log: Logger;
  /** How long everything together may take to close, in milliseconds. */
  deadlineMs: number;
  /** Injected for tests; ends the process. */
  exit?: (code: number) => void;
}

interface Step {
  name: string;
  close: () => unknown;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Closes what was opened, in reverse: each `open` registers its `close` on the next line, so intake stops first,
 * running work ends, and connections close last. All steps share one deadline.
 */
export class Shutdown {
  readonly #steps: Step[] = [];
  readonly #log: Logger;
  readonly #deadlineMs: number;
  readonly #exit: (code: number) => void;
  readonly #begun = new AbortController();
  #closing: Promise<"closed" | "overdue"> | undefined;
  #exiting: Promise<void> | undefined;

  constructor({ log, deadlineMs, exit = (code) => process.exit(code) }: ShutdownOptions) {
    this.#log = log;
    this.#deadlineMs = deadlineMs;
    this.#exit = exit;
  }

  /** Aborted as soon as shutdown begins; loops and waits listen to it. */
  get signal(): AbortSignal {
    return this.#begun.signal;
  }

  /** Registers how to undo what was just opened. While shutting down it closes at once: start-up lost the race. */
  add(name: string, close: () => unknown): void {
    if (this.#closing === undefined) this.#steps.push({ name, close });
    else void this.#closeStep({ name, close });
  }

  /** Runs every step once, however often it is called; `"overdue"` when the deadline passed first. Never rejects. */
  close(): Promise<"closed" | "overdue"> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  /** Closes everything, then ends the process: with `code`, or 1 when the deadline passed first. */
  exit(code = 0): Promise<void> {
    this.#exiting ??= this.close().then((outcome) => this.#exit(outcome === "overdue" ? 1 : code));
    return this.#exiting;
  }

  /** Reports a failure nobody can handle and ends the process with code 1. */
  fail(err: unknown, message: string): void {
    this.#log.fatal({ err }, message);
    void this.exit(1);
  }

  /**
   * Shuts down on SIGINT and SIGTERM, when a parent that keeps a channel to us dies, and on errors that nobody
   * handled: after those the state is unknown. A second signal ends the process at once with code 1.
   * @returns a function that stops listening
   */
  listen(): () => void {
    const onSignal = (signal: string): void => {
      if (this.signal.aborted) {
        this.#log.warn({ signal }, "second signal: ending without waiting");
        this.#exit(1);
        return;
      }
      this.#log.info({ signal }, "shutting down");
      void this.exit();
    };
    const onDisconnect = (): void => {
      if (this.signal.aborted) return;
      this.#log.warn("the parent process has gone: shutting down");
      void this.exit();
    };
    const onException = (err: unknown): void => this.fail(err, "uncaught exception");
    const onRejection = (err: unknown): void => this.fail(err, "unhandled rejection");
    for (const name of SIGNALS) process.on(name, onSignal);
    process.on("uncaughtException", onException).on("unhandledRejection", onRejection);
    process.on("disconnect", onDisconnect);
    // Listening to the channel must not keep the process alive.
    process.channel?.unref();
    return () => {
      for (const name of SIGNALS) process.off(name, onSignal);
      process.off("disconnect", onDisconnect);
      process.channel?.ref();
      process.off("uncaughtException", onException).off("unhandledRejection", onRejection);
    };
  }

  async #closeAll(): Promise<"closed" | "overdue"> {
    this.#begun.abort(new Error("shutting down"));
    let current = "nothing";
    const all = async (): Promise<void> => {
      for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
        current = step.name;
        await this.#closeStep(step);
      }
    };
    try {
      await withDeadline(all(), this.#deadlineMs, "shutdown");
      return "closed";
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      const waiting = this.#steps.map(({ name }) => name);
      this.#log.error({ step: current, waiting, deadlineMs: this.#deadlineMs }, "shutdown deadline missed");
      return "overdue";
    }
  }

  async #closeStep({ name, close }: Step): Promise<void> {
    try {
      await close();
    } catch (err) {
      this.#log.error({ err, step: name }, "closing failed");
    }
  }
}
