import type { ListedDeadLetter } from "@touchline/contract";
import { EVENTS_QUEUE } from "@touchline/queue";
import type { KeptLetter } from "./dead-letter-box.ts";

/** A letter as it is listed, with what happened and what to do in words. */
export function listedLetter({ id, letter }: KeptLetter): ListedDeadLetter {
  const { queue, jobName, reason, issues, failedAt, data } = letter;
  const matchId = textOf(data, "matchId");
  return {
    id,
    queue,
    jobName,
    matchId: matchId ?? null,
    reason,
    issues,
    failedAt,
    words: wordsOf(letter, matchId),
    data: data === undefined ? null : (data as ListedDeadLetter["data"]),
  };
}

function wordsOf({ queue, jobName, reason, issues, data }: KeptLetter["letter"], matchId: string | undefined): string {
  const of = matchId === undefined ? "of no known match" : `of match ${matchId}`;
  if (queue !== EVENTS_QUEUE)
    return `A refresh job ${of} was refused: ${reason}. Nothing is lost: what is due stands in the store. Remove it.`;
  const type = textOf(data, "type") ?? jobName;
  if (issues.length === 0)
    return `The event ${type} ${of} was given up: ${reason}. Publish it again once the cause is gone.`;
  const rules = issues.map(({ path, message }) => `${path} ${message}`).join("; ");
  return `The event ${type} ${of} is not valid: ${rules}. Correct it, then publish it again.`;
}

function textOf(data: unknown, name: string): string | undefined {
  if (data === null || typeof data !== "object") return undefined;
  const value: unknown = Reflect.get(data, name);
  return typeof value === "string" ? value.slice(0, MAX_SHOWN) : undefined;
}

const MAX_SHOWN = 80;
