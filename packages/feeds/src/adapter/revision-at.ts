const DAY_SECONDS = 86_400;
const FINE_SECONDS = 8 * DAY_SECONDS;
const HIGHEST = 1_000_000;

/**
 * A revision number for a version that is known by its time, so that what was said later wins whoever passes it on, a
 * poller that has just been restarted included. Counts seconds from two days before kick-off to six days after it, and
 * hours from then on.
 * @param at wall-clock milliseconds at which it was said   @param kickoff wall-clock milliseconds
 * @returns 1 to 1 000 000, the domain's bound
 */
export function revisionAt(at: number, kickoff: number): number {
  const seconds = Math.floor((at - kickoff) / 1000) + 2 * DAY_SECONDS;
  const later = Math.floor(Math.max(0, seconds - FINE_SECONDS) / 3600);
  return Math.min(HIGHEST, Math.max(1, Math.min(seconds, FINE_SECONDS) + later));
}
