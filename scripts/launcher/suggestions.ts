import { readFileSync } from "node:fs";

/** An id of its own for each replay, so that a second start shows a match and not duplicates of the first. */
export function replayId(replayFile: string, now: number): string {
  const original = /"match_?[iI]d"\s*:\s*"([A-Za-z0-9][A-Za-z0-9_-]{0,47})"/.exec(
    readFileSync(replayFile, "utf8"),
  )?.[1];
  return `${original ?? "demo"}-${now.toString(36)}`;
}

/** Lines to type while everything runs. */
export function suggestions(url: string, matchId: string): string[] {
  const match = `${url}/v1/matches/${matchId}`;
  return [
    `curl -s ${url}/v1/matches`,
    `curl -s '${match}/predictions?markets=match_result,over_under_2_5'`,
    `curl -s ${match}/markets/match_result/explain`,
    `curl -sN ${match}/stream`,
    `pnpm touchline doctor --url ${url}`,
  ];
}
