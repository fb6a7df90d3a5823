import { setImmediate as nextTurn } from "node:timers/promises";
import { type LifetimeTally, measureLifetimes, MOST_APART, PROMISED, runSimulation, table } from "@touchline/verify";
import { type Command, expectPositionals, numberOf, parseCommandLine, SHARED_OPTIONS } from "../command.ts";

export const simulateCommand: Command = {
  help: `touchline simulate [--endings <n>] [--lifetimes <n>] [--seed <n>]

Draws endings of matches in more than twenty situations, goal by goal and man by man, settles every
market by rules of its own, and holds the model's prices against what came. The simulation shares the
model's assumptions and none of its computations. Then makes prices of random moments, and again within
their lifetimes, with the clock at 1, 2, 10 and 60 times its pace. Needs no service. The last line is one
JSON object; exit code 0 means that no more outcomes than chance allows lie ${MOST_APART} standard errors apart,
and that at most one market in a thousand moves by more than ${PROMISED} within its lifetime, none by 0.008.

  --endings <n>    of each situation; 20000
  --lifetimes <n>  random moments whose prices are made again; 1000
  --seed <n>       of the first situation, and of the moments; 1
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      endings: { type: "string", default: "20000" },
      lifetimes: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    const endings = numberOf(values.endings, "--endings", 1, 10_000_000);
    const moments = numberOf(values.lifetimes, "--lifetimes", 0, 1_000_000);
    const seed = numberOf(values.seed, "--seed", 0, 2 ** 31);
    const summary = { endings: 0, outcomes: 0, apart: 0, seed };
    const rows: string[][] = [];
    for (const { situation, outcomes, apart, worst } of runSimulation(endings, seed)) {
      io.signal.throwIfAborted();
      await nextTurn();
      summary.endings += endings;
      summary.outcomes += outcomes;
      summary.apart += apart.length;
      const furthest = worst ? `${worst.market} ${worst.outcome}, ${worst.apart.toFixed(2)}` : "";
      rows.push([situation, String(outcomes), String(apart.length), furthest]);
      for (const { market, outcome, price, frequency } of apart)
        io.stderr.write(`${situation}: ${market} ${outcome}, said ${price}, came ${frequency}\n`);
    }
    if (!values.json)
      io.stdout.write(`${table(["SITUATION", "OUTCOMES", "APART", "FURTHEST, STANDARD ERRORS"], rows)}\n\n`);
    const lifetimes = moments === 0 ? [] : measureLifetimes(moments, RATES, seed);
    if (!values.json) io.stdout.write(`${lifetimeTable(lifetimes)}\n\n`);
    io.stdout.write(`${JSON.stringify({ ...summary, lifetimes })}\n`);
    const kept = lifetimes.every(({ markets, moved, worst }) => moved <= markets / 1000 && worst <= 0.008);
    return kept && summary.apart <= allowed(summary.outcomes) ? 0 : 1;
  },
};

const RATES = [1, 2, 10, 60];

function lifetimeTable(tallies: readonly LifetimeTally[]): string {
  const rows = tallies.map(({ rate, markets, moved, worst, worstMarket }) =>
    [rate, markets, moved, worst.toFixed(4), worstMarket].map(String),
  );
  return table(["CLOCK RATE", "MARKETS", "MOVED TOO FAR", "FURTHEST", "MARKET"], rows);
}

/** Of so many right prices, how many chance moves so far in 999 of 1,000 runs, were they independent. */
function allowed(outcomes: number): number {
  const mean = outcomes * 6.3e-5;
  let chance = Math.exp(-mean);
  let reached = chance;
  let count = 0;
  while (reached < 0.999) {
    count++;
    chance *= mean / count;
    reached += chance;
  }
  return count;
}
