import { GRAVITIES } from "@touchline/diagnosis";
import { pause } from "@touchline/client";
import { healthText } from "./health-text.ts";
import { type HealthLook, lookAtHealth } from "./look.ts";
import { clientFor } from "../commands/client-for.ts";
import {
  type Command,
  expectPositionals,
  type Io,
  parseCommandLine,
  SHARED_OPTIONS,
  UsageError,
} from "../commands/command.ts";

type Gravity = (typeof GRAVITIES)[number];

export const doctorCommand: Command = {
  help: `touchline doctor [--watch <time>] [--fail-on down|trouble|watch]

Looks at the whole installation through one api: processes, Redis by role, waiting events and
refreshes, what is served. Each finding says what to do and where the runbook has more.
Exit code 0: nothing is as grave as --fail-on; 1: something is, or the api does not answer.

  --watch <time>       look again every 30s, 5m or 1h and print one line each time;
                       ends with 1 as soon as something is as grave as --fail-on
  --fail-on <gravity>  down: nothing can be promised; trouble: act now; watch: act today; trouble
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, {
      ...SHARED_OPTIONS,
      watch: { type: "string" },
      "fail-on": { type: "string", default: "trouble" },
    });
    expectPositionals(positionals, 0, 0, "nothing");
    const failOn = gravityOf(values["fail-on"]);
    const client = clientFor(values, io);
    const everyMs = values.watch === undefined ? undefined : milliseconds(values.watch);
    for (;;) {
      const look = await lookAtHealth(client, io.signal);
      io.stdout.write(
        values.json
          ? `${JSON.stringify({ ...look.diagnosis, at: new Date(io.now()).toISOString(), health: look.snapshot ?? null })}\n`
          : everyMs === undefined
            ? healthText(look, io.stdout.isTTY === true)
            : lineOf(look, io),
      );
      if (isAsGrave(look, failOn)) return 1;
      if (everyMs === undefined) return 0;
      await pause(everyMs, io.signal);
    }
  },
};

function isAsGrave({ diagnosis: { findings } }: HealthLook, failOn: Gravity): boolean {
  return findings.some(({ gravity }) => GRAVITIES.indexOf(gravity) <= GRAVITIES.indexOf(failOn));
}

/** One line of a watch: when, how grave, what, and what to do. */
function lineOf({ diagnosis: { status, sentence, findings } }: HealthLook, io: Io): string {
  const [first] = findings;
  const action = first ? ` ${first.action} (${first.runbook})` : "";
  return `${new Date(io.now()).toISOString()} ${status.padEnd(7)} ${sentence}${action}\n`;
}

/** @throws UsageError */
function gravityOf(word: string): Gravity {
  const known = GRAVITIES.find((gravity) => gravity === word);
  if (known) return known;
  throw new UsageError(`--fail-on must be one of ${GRAVITIES.join(", ")}, not "${word}"`);
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const LONGEST_MS = 24 * 3_600_000;

/** @throws UsageError unless it is a time from 1 second to a day: `30s`, `5m`, `1h` */
function milliseconds(text: string): number {
  const [, count, unit = ""] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (ms >= 1_000 && ms <= LONGEST_MS) return ms;
  throw new UsageError(`--watch must be a time such as 30s, 5m or 1h, at most 24h, not "${text}"`);
}
