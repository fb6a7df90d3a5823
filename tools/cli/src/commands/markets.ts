import type { MarketList } from "@touchline/client";
import { clientFor } from "./client-for.ts";
import { type Command, expectPositionals, parseCommandLine, SHARED_OPTIONS, UserError } from "./command.ts";
import { table } from "@touchline/verify";

export const marketsCommand: Command = {
  help: `touchline markets [<market>] [--category <name>]

Lists every market: its outcomes, the computation it shares with others, and the facts that its
prediction reads. An event touches a market when it changes one of them: hard means that no price
from before it may be served, soft that the price is stale until refreshed.

With a market, everything about that one: how it settles, what other variants read beside, and
what the earlier system calls its outcomes.

  --category <name>  only one category, for example corners
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      category: { type: "string" },
    });
    expectPositionals(positionals, 0, 1, "nothing");
    const [id] = positionals;
    const answer = await clientFor(values, io).markets({ signal: io.signal });
    const categories = new Set(answer.markets.map(({ category }) => category));
    if (values.category !== undefined && !categories.has(values.category))
      throw new UserError(`there is no category ${values.category}, only ${[...categories].join(", ")}`);
    const markets = answer.markets.filter(
      (market) => (values.category ?? market.category) === market.category && (id ?? market.id) === market.id,
    );
    const [market] = markets;
    if (id !== undefined && !market) throw new UserError(`there is no market ${id}`);
    if (values.json) io.stdout.write(`${JSON.stringify(id === undefined ? markets : market)}\n`);
    else io.stdout.write(`${id !== undefined && market ? marketText(market) : listText(markets)}\n`);
    return 0;
  },
};

type Market = MarketList["markets"][number];

function listText(markets: readonly Market[]): string {
  return table(
    ["market", "category", "outcomes", "computed from", "reads hard", "reads soft"],
    markets.map(({ id, category, outcomes, primitive, reads, readsBySeverity }) => [
      id,
      category,
      outcomesText(outcomes),
      primitive,
      readsBySeverity?.hard.join(" ") ?? "",
      (readsBySeverity?.soft ?? reads).join(" "),
    ]),
  );
}

function outcomesText(outcomes: readonly string[]): string {
  if (outcomes.length === 0) return "the players";
  return outcomes.length > 6 ? `${outcomes.length} outcomes` : outcomes.join(" ");
}

function marketText({ id, name, category, outcomes, primitive, settlement, aliases, ...market }: Market): string {
  const { hard, soft } = market.readsBySeverity;
  const names = Object.entries(aliases).map(([outcome, alias]) => `${outcome} = ${alias}`);
  const rows = [
    ["category", category],
    ["outcomes", outcomes.join(" ") || "the players of both team sheets"],
    ["computed from", primitive],
    ["reads hard", hard.join(" ") || "nothing"],
    ["reads soft", soft.join(" ") || "nothing"],
    ...Object.entries(market.readsMore ?? {}).map(([variant, facts]) => [`  and in ${variant}`, facts.join(" ")]),
    ["needs of feed", market.coverage?.join(", ") ?? "not reported"],
    ["settlement", settlement],
    ["earlier names", names.join(", ") || "none"],
  ];
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  return [`${id} · ${name}`, ...rows.map(([label = "", text = ""]) => `${label.padEnd(width)}  ${text}`)].join("\n");
}
