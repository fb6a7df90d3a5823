import { createKeys } from "@touchline/client";
import { table } from "@touchline/verify";
import { optionsFor } from "../commands/client-for.ts";
import {
  type Command,
  expectPositionals,
  listOf,
  parseCommandLine,
  SHARED_OPTIONS,
  UsageError,
} from "../commands/command.ts";

export const keysCommand: Command = {
  help: `touchline keys create <name> --scopes <a,b> [--matches <prefix>]
touchline keys list
touchline keys revoke <name>

Names who may do what, while the service runs. Your own key needs the scope operate; one of API_KEYS
has all of them. The text of a new key is printed once, on the last line, and stored nowhere.

  --scopes <a,b>      publish, publish:<source>, operate, read
  --matches <prefix>  only matches whose id begins so
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      scopes: { type: "string" },
      matches: { type: "string" },
    });
    const [action, name] = positionals;
    const keys = createKeys(optionsFor(values, io));
    const { signal } = io;
    const print = (text: string, json: unknown): void => {
      io.stdout.write(`${values.json ? JSON.stringify(json) : text}\n`);
    };
    switch (action) {
      case "create": {
        expectPositionals(positionals, 2, 2, "the name of the key");
        const scopes = listOf(values.scopes);
        if (!scopes || name === undefined) throw new UsageError("--scopes says what the key may do");
        const request = { name, scopes, ...(values.matches === undefined ? {} : { matchPrefix: values.matches }) };
        const created = await keys.create(request, { signal });
        print(
          `${created.name} may ${created.scopes.join(", ")}${ofMatches(created.matchPrefix)}\n${created.key}`,
          created,
        );
        return 0;
      }
      case "list": {
        expectPositionals(positionals, 1, 1, "nothing");
        const { keys: listed } = await keys.list({ signal });
        const rows = listed.map((key) => [
          key.name,
          key.scopes.join(", "),
          key.matchPrefix ?? "",
          key.createdAt,
          key.createdBy,
        ]);
        print(rows.length === 0 ? "no keys" : table(["name", "scopes", "matches", "created", "by"], rows), listed);
        return 0;
      }
      case "revoke": {
        expectPositionals(positionals, 2, 2, "the name of the key");
        await keys.revoke(name ?? "", { signal });
        print(`${name} is revoked`, { revoked: name });
        return 0;
      }
      case undefined:
      default:
        throw new UsageError(`what is to be done with keys? create, list or revoke, not "${action ?? ""}"`);
    }
  },
};

function ofMatches(prefix: string | null): string {
  return prefix === null ? "" : `, for matches that begin with ${prefix}`;
}
