import { userInfo } from "node:os";

// How the set-up talks: one plain line for each step, and failures that say what to type.

/** A failure with a remedy. `message` says what is missing; `remedy` holds the lines to type or do, if any. */
export class SetupError extends Error {
  /** @param {string} message @param {string[]} [remedy] @param {string} [details] output of the program that failed */
  constructor(message, remedy = [], details = "") {
    super(message);
    this.remedy = remedy;
    this.details = details;
  }
}

/** @param {string} line */
export function say(line) {
  process.stderr.write(`touchline: ${line}\n`);
}

/** @param {unknown} error */
export function explain(error) {
  if (["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(error?.code) && error.path !== undefined) {
    say(
      `${error.path} cannot be written (${error.code}); make room or make it writable for ${userName()}, then type the same command again`,
    );
    return;
  }
  if (!(error instanceof SetupError)) {
    say(`unexpected failure in the set-up: ${error instanceof Error ? error.stack : error}`);
    return;
  }
  if (error.details.trim() !== "") process.stderr.write(`${error.details.trimEnd()}\n`);
  say(error.message);
  for (const line of error.remedy) process.stderr.write(`    ${line}\n`);
}

/** What the user typed, to be typed again once the remedy is in place. */
export function sameCommand() {
  const command = process.argv[2] ?? "start";
  if (command.startsWith("test:")) return `npm run ${command}`;
  return command === "test" ? "npm test" : "npm start";
}

function userName() {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.()}`;
  }
}

/** @param {number} startedAt milliseconds, of `performance.now()` */
export function secondsSince(startedAt) {
  return `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
}
