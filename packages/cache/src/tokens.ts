import { randomBytes } from "node:crypto";

/** Characters of an epoch. */
const EPOCH_LENGTH = 16;

/** A value for one existence of a match's log: 16 characters of `[0-9a-z]`, never used twice. */
export function newEpoch(): string {
  return randomText(EPOCH_LENGTH);
}

/** This process, among all that write to the store. */
const PROCESS = randomText(8);
let tokens = 0;

/** Names one step, refresh or claim, and no other one of any process: characters of `[0-9a-z]`. */
export function newToken(): string {
  return PROCESS + (tokens++).toString(36);
}

function randomText(length: number): string {
  // 5.17 bits a character: 80 bits in 16 of them.
  return BigInt(`0x${randomBytes(length).toString("hex")}`)
    .toString(36)
    .slice(-length)
    .padStart(length, "0");
}
