import type { Command } from "./commands/command.ts";

export interface ListedCommand {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Reads its code, which costs more than everything else that a short command does. */
  load(): Promise<Command>;
}

export const COMMANDS: readonly ListedCommand[] = [
  {
    name: "replay",
    summary: "replay a real match and show what every event touches",
    load: async () => (await import("./commands/replay.ts")).replayCommand,
  },
  {
    name: "publish",
    summary: "publish match events from a file or a pipe",
    load: async () => (await import("./commands/publish.ts")).publishCommand,
  },
  {
    name: "ingest",
    summary: "read a provider's feed, map it, and publish it",
    load: async () => (await import("./commands/ingest.ts")).ingestCommand,
  },
  {
    name: "query",
    summary: "show a match's predictions and how fresh they are",
    load: async () => (await import("./commands/query.ts")).queryCommand,
  },
  {
    name: "explain",
    summary: "say why a market is fresh, stale, suspended or settled",
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  {
    name: "impact",
    summary: "show what an event would change and touch, without publishing it",
    load: async () => (await import("./commands/impact.ts")).impactCommand,
  },
  {
    name: "markets",
    summary: "list the markets and what their predictions read",
    load: async () => (await import("./commands/markets.ts")).marketsCommand,
  },
  {
    name: "matches",
    summary: "list the matches the service knows",
    load: async () => (await import("./commands/matches.ts")).matchesCommand,
  },
  {
    name: "doctor",
    summary: "say what is wrong, and what to do about it",
    load: async () => (await import("./health/doctor.ts")).doctorCommand,
  },
  {
    name: "top",
    summary: "the same as doctor, live and full-screen",
    load: async () => (await import("./health/top.ts")).topCommand,
  },
  {
    name: "keys",
    summary: "create, list and revoke the keys of those who publish and operate",
    load: async () => (await import("./keys/keys.ts")).keysCommand,
  },
  {
    name: "soundness",
    summary: "prove on real matches that no event misses a market",
    load: async () => (await import("./commands/proofs/soundness.ts")).soundnessCommand,
  },
  {
    name: "learn",
    summary: "find out which facts a model server reads, and propose its manifest",
    load: async () => (await import("./commands/proofs/learn.ts")).learnCommand,
  },
  {
    name: "simulate",
    summary: "hold the model's prices against simulated endings of many situations",
    load: async () => (await import("./commands/proofs/simulate.ts")).simulateCommand,
  },
  {
    name: "feedcheck",
    summary: "prove that a faulty feed gives the true match, in any order of arrival",
    load: async () => (await import("./commands/proofs/feedcheck.ts")).feedcheckCommand,
  },
  {
    name: "sourcecheck",
    summary: "prove that two sources of one match make one match",
    load: async () => (await import("./commands/proofs/sourcecheck.ts")).sourcecheckCommand,
  },
  {
    name: "fit",
    summary: "fit the model to results and write its parameters",
    load: async () => (await import("./commands/fit.ts")).fitCommand,
  },
  {
    name: "accuracy",
    summary: "measure the model on real matches, beside closing prices and base rates",
    load: async () => (await import("./commands/accuracy.ts")).accuracyCommand,
  },
  {
    name: "savings",
    summary: "measure how much compute surgical refreshes save on real matches",
    load: async () => (await import("./commands/savings.ts")).savingsCommand,
  },
];
