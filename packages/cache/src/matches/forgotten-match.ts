import { VARIANTS } from "@touchline/domain";
import { z } from "zod";
import { changesChannel, matchIndexKey, matchKeys } from "../keys.ts";
import type { StepMark } from "../events/match-truth.ts";
import { loadScript, runScript, type StoreRedis } from "../script.ts";

const script = loadScript("delete-match");

/** What is kept of a match that is there no more. */
const Note = z.object({
  /** Wall-clock milliseconds: when it was deleted, or when it ended. */
  at: z.number(),
  home: z.string().nullable(),
  away: z.string().nullable(),
  kickoff: z.string().nullable(),
});
export type ForgottenMatch = z.output<typeof Note>;

/** So long a correction of a match that is gone can be distinguished from an event of a new one. */
const KEPT_MS = 30 * 86_400_000;

function forgottenKey(prefix: string, matchId: string): string {
  return `${prefix}:{${matchId}}:forgotten`;
}

/**
 * Deletes a match. @param at only while this is its last step; whatever that is when absent
 * @returns whether it was deleted
 */
export async function deleteMatch(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  note: ForgottenMatch,
  at?: StepMark,
): Promise<boolean> {
  const { entries, match, ...rest } = matchKeys(prefix, matchId);
  const keys = [match, forgottenKey(prefix, matchId), ...Object.values(rest)];
  for (const variant of VARIANTS) keys.push(entries(variant.id));
  const args = [JSON.stringify(note), KEPT_MS, changesChannel(prefix), matchId, at?.epoch ?? "", at?.step ?? ""];
  const deleted = await runScript(redis, script, keys, args);
  if (deleted === HAS_CHANGED) return false;
  await redis.zrem(matchIndexKey(prefix), matchId);
  return deleted === 1;
}

/** What the script answers where another step has come. */
const HAS_CHANGED = 2;

/** Leaves the note of a match that is over and will expire by itself after `ttlMs`. */
export async function noteEnding(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
  { note, ttlMs }: { readonly note: ForgottenMatch; readonly ttlMs: number },
): Promise<void> {
  const key = forgottenKey(prefix, matchId);
  await redis
    .multi()
    .hset(key, "note", JSON.stringify(note))
    .pexpire(key, ttlMs + KEPT_MS)
    .exec();
}

/** The note of a match. It says something only while the match itself is unknown. */
export async function readForgotten(
  redis: StoreRedis,
  prefix: string,
  matchId: string,
): Promise<ForgottenMatch | undefined> {
  const text = await redis.hget(forgottenKey(prefix, matchId), "note");
  return text === null ? undefined : Note.parse(JSON.parse(text));
}

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** Listed matches that kicked off, or were to, before `before` (wall-clock milliseconds); the earliest first. */
export async function listedBefore(
  redis: StoreRedis,
  prefix: string,
  before: number,
  { offset, limit }: Page,
): Promise<string[]> {
  return redis.zrange(matchIndexKey(prefix), "-inf", `(${before}`, "BYSCORE", "LIMIT", offset, limit);
}
