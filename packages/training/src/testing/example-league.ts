import type { ResultRow } from "../results/result-row.ts";

/**
 * A made-up league for the tests: strengths known, results drawn from them with a generator that always draws the same.
 */

/** Uniform in [0, 1), from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function poisson(mean: number, random: () => number): number {
  let count = 0;
  for (let product = random(); product > Math.exp(-mean); product *= random()) count++;
  return count;
}

/** True strength of team `index` of `teams`, from -0.4 to 0.4. */
export function trueStrength(index: number, teams: number): number {
  return -0.4 + (0.8 * index) / (teams - 1);
}

/** Seasons of a double round robin, ten days a round; the strict referee shows half as many cards again. */
export function exampleLeague(seasons = 3, teams = 10, seed = 1): ResultRow[] {
  const random = seeded(seed);
  const rows: ResultRow[] = [];
  for (let season = 0; season < seasons; season++) {
    let match = 0;
    for (let home = 0; home < teams; home++) {
      for (let away = 0; away < teams; away++) {
        if (home === away) continue;
        const round = (home + away * 7 + (home > away ? 5 : 0)) % (2 * (teams - 1));
        rows.push(playMatch(season, round, home, away, teams, match++ % 3 === 0 ? "Strict" : "Mild", random));
      }
    }
  }
  return rows.toSorted((one, other) => one.day - other.day);
}

function playMatch(
  season: number,
  round: number,
  home: number,
  away: number,
  teams: number,
  referee: string,
  random: () => number,
): ResultRow {
  const edge = trueStrength(home, teams) - trueStrength(away, teams);
  const mean = { home: Math.exp(0.3 + 0.2 + edge), away: Math.exp(0.3 - edge) };
  const draw = (share: number) => ({
    home: poisson(mean.home * share, random),
    away: poisson(mean.away * share, random),
  });
  const first = draw(0.44);
  const second = draw(0.56);
  const onTarget = draw(3);
  const off = draw(5);
  const day = 15_000 + season * 365 + round * 10;
  const cards = referee === "Strict" ? 3 : 2;
  return {
    division: "X1",
    season: `${2011 + season}/${12 + season}`,
    date: new Date(day * 86_400_000).toISOString().slice(0, 10),
    day,
    home: `Team ${home}`,
    away: `Team ${away}`,
    goals: { home: first.home + second.home, away: first.away + second.away },
    halfTimeGoals: first,
    shots: { home: onTarget.home + off.home, away: onTarget.away + off.away },
    shotsOnTarget: onTarget,
    corners: { home: poisson(5.5 * Math.exp(edge / 2), random), away: poisson(4.5 * Math.exp(-edge / 2), random) },
    yellows: { home: poisson(cards / 2, random), away: poisson(cards / 2, random) },
    reds: { home: 0, away: 0 },
    referee,
  };
}

/** The rows as a results file, with odds at five per cent margin where `odds` gives probabilities. */
export function resultsText(
  rows: readonly ResultRow[],
  odds: (row: ResultRow) => readonly [number, number, number] | undefined = () => undefined,
): string {
  const header =
    "div,season,date,home,away,fthg,ftag,hthg,htag,referee,hs,as,hst,ast,hc,ac,hy,ay,hr,ar,avgh,avgd,avga,psch,pscd,psca,avg_over25,avg_under25";
  const lines = rows.map((row) => {
    const prices = (odds(row) ?? []).map((probability) => (1 / (1.05 * probability)).toFixed(3));
    const given = prices.length === 3 ? prices : ["", "", ""];
    const pairs = [row.goals, row.halfTimeGoals].flatMap((pair) => [pair?.home, pair?.away]);
    const statistics = [row.shots, row.shotsOnTarget, row.corners, row.yellows, row.reds];
    const cells = [row.division, row.season, row.date, row.home, row.away, ...pairs, row.referee];
    return [...cells, ...statistics.flatMap((pair) => [pair?.home, pair?.away]), ...given, ...given, "1.9", "1.9"].join(
      ",",
    );
  });
  return `${[header, ...lines].join("\n")}\n`;
}
