import { clientFor, type Command, expectPositionals, parseCommandLine, SHARED_OPTIONS } from "./command.ts";
import { table } from "./table.ts";

export const marketsCommand: Command = {
  name: "markets",
  summary: "list the markets and what their predictions read",
  help: `touchline markets [--category <name>]

Lists every market: its outcomes, and the facts that its prediction reads. An event touches
a market when it changes one of them.

  --category <name>  only one category, for example corners
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      category: { type: "string" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    const answer = await clientFor(values, io).markets({ signal: io.signal });
    const markets = answer.markets.filter(
      ({ category }) => values.category === undefined || category === values.category,
    );
    const text = values.json
      ? JSON.stringify(markets)
      : table(
          ["market", "category", "outcomes", "reads"],
          markets.map(({ id, category, outcomes, reads }) => [
            id,
            category,
            outcomes.length > 6 ? `${outcomes.length} outcomes` : outcomes.join(" "),
            reads.join(" "),
          ]),
        );
    io.stdout.write(`${text}\n`);
    return 0;
  },
};
