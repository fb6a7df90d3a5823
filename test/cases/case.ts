import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A black-box case: what is sent to an installation, and what must come out. `README.md` says what each part means. */
export interface Case {
  readonly id: string;
  readonly because: string;
  /** Registered first; null for a match that nobody registers. */
  readonly fixture?: Readonly<Record<string, unknown>> | null;
  /** Its events may come in any order, as long as each happens when it says. */
  readonly anyOrder?: boolean;
  readonly steps?: readonly Step[];
  readonly expect: readonly Expectation[];
}

export interface Step {
  readonly fixture?: Readonly<Record<string, unknown>>;
  readonly events?: readonly Readonly<Record<string, unknown>>[];
  readonly request?: CaseRequest;
  readonly waitMs?: number;
}

export interface CaseRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** As it is sent; anything but a text as JSON. */
  readonly body?: unknown;
}

export interface Expectation {
  /** A path into the answer of `GET /v1/matches/{id}`. */
  readonly match?: string;
  readonly market?: string;
  readonly variant?: string;
  readonly outcome?: string;
  readonly request?: CaseRequest;
  /** Place of an event in the last step that sent events. */
  readonly result?: number;
  readonly status?: string | number | readonly (string | number)[];
  readonly is?: unknown;
  /** Any of these values will do. */
  readonly in?: readonly unknown[];
  /** Statuses that the market must not have. */
  readonly never?: string | readonly string[];
  readonly below?: number;
  readonly above?: number;
  /** A text that the result mentions. */
  readonly warns?: string;
  readonly contains?: string;
  readonly lacks?: string;
}

/** The cases of a folder, by file. */
export function casesIn(folder: string): [file: string, cases: Case[]][] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), "utf8")) as Case[]]);
}
