import { DeadlineError, pause, ProblemError, type SnapshotReport, UnreachableError } from "@touchline/client";
import { diffSnapshot, itemsOfTotals, type MatchEventInput } from "@touchline/domain";
import { ADAPTERS, FeedError, type ParsedMatch } from "@touchline/feeds";
import { FeedMemory, type News } from "../ingest/feed-memory.ts";
import { feedSource, FeedUnavailable } from "../ingest/feed-source.ts";
import { durationOf, expectId, formatOf, headersOf, kickoffOf } from "../ingest/ingest-options.ts";
import { IngestReport } from "../ingest/ingest-report.ts";
import { LastTexts } from "../ingest/last-texts.ts";
import { clientFor } from "./client-for.ts";
import {
  type Command,
  expectPositionals,
  type Io,
  parseCommandLine,
  SHARED_OPTIONS,
  UsageError,
  UserError,
} from "./command.ts";

const OPTIONS = {
  ...SHARED_OPTIONS,
  format: { type: "string" },
  match: { type: "string" },
  source: { type: "string" },
  kickoff: { type: "string" },
  home: { type: "string" },
  header: { type: "string", multiple: true },
  follow: { type: "boolean", default: false },
  every: { type: "string", default: "5s" },
  "dry-run": { type: "boolean", default: false },
} as const;

const MOST_DOCUMENTS = 8;
const MOST_DOUBLINGS = 10;
const LONGEST_BACK_OFF_MS = 60_000;
/** A provider may ask for more, up to here. */
const LONGEST_WAIT_MS = 3_600_000;

export const ingestCommand: Command = {
  help: `touchline ingest --format <name> <file|-|url> [more of the match] [options]

Reads a feed in its provider's own format, maps it to match events and publishes them. Documents
that belong together (events and line-ups, F24 and F7) are given together. What cannot be mapped is
counted by the provider's type; a bad line or entry is named with file, line and rule, and the rest
goes on. Exit code 1 when something was bad or rejected.

Feeds that send their complete list, or their numbers, at every poll are passed on whole: the service
adds what is new, revises what changed and retracts what is missing, in one step. Two commands may
poll one feed; the same list again changes nothing.

  --format <name>   one of the formats below
  --match <id>      publish as this match; needed where the feed names none
  --source <name>   source of the events; the format's name
  --kickoff <time>  RFC 3339, where the feed does not say when the match starts
  --home <team>     the home side's id or name, where the feed does not say
  --header <h: v>   sent to the feed's address, for a provider's key; may be repeated
  --follow          read again and again until interrupted; addresses with ETag, and with back-off
                    while they fail
  --every <time>    pause between readings, from 100ms to 1h; 5s
  --dry-run         print the events as NDJSON instead of publishing them

${ADAPTERS.map(({ name, summary }) => `  ${name.padEnd(20)}  ${summary}\n`).join("")}
`,
  async run(args, io) {
    const { values, positionals } = parseCommandLine(args, OPTIONS);
    const adapter = formatOf(values.format);
    expectPositionals(positionals, 1, MOST_DOCUMENTS, "the file or address");
    if (values.follow && positionals.includes("-")) throw new UsageError("--follow cannot read standard input again");
    if (positionals.filter((where) => where === "-").length > 1) throw new UsageError("standard input is read once");
    expectId(values.match, "--match");
    expectId(values.source, "--source");
    const everyMs = durationOf(values.every);
    const kickoff = kickoffOf(values.kickoff);
    const options = { stdin: io.stdin, headers: headersOf(values.header ?? []) };
    const documents = new LastTexts(positionals.map((where) => feedSource(where, options)));
    const client = values["dry-run"] ? undefined : clientFor(values, io);
    const report = new IngestReport((line) => io.stderr.write(`${line}\n`));
    const memory = new FeedMemory();
    const { match: matchId, source, home } = values;
    const once = async (): Promise<void> => {
      const texts = await documents.read(io.signal);
      if (!texts) return;
      const feed = adapter.parse({ documents: texts, matchId, source, kickoff, home });
      report.read(feed);
      for (const match of feed.matches) await pass(match, memory, client, report, io);
      documents.done();
      if (values.follow) progress(report, io);
    };
    try {
      await (values.follow ? follow(once, everyMs, io) : once());
    } catch (error) {
      if (error instanceof FeedError || error instanceof FeedUnavailable) throw new UserError(error.message);
      if (!io.signal.aborted) throw error;
    }
    conclude(report, values.json, values["dry-run"], io);
    return report.totals.faults + report.totals.rejected > 0 ? 1 : 0;
  },
};

/**
 * Reads until the user has enough. What may pass (a feed that does not answer or answers with half a file, a service
 * that is down) is tried again, ever more rarely.
 */
async function follow(once: () => Promise<void>, everyMs: number, { stderr, signal }: Io): Promise<never> {
  for (let failures = 0; ;) {
    let waitMs = everyMs;
    try {
      await once();
      failures = 0;
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw error;
      failures = Math.min(failures + 1, MOST_DOUBLINGS);
      const asked = error instanceof FeedUnavailable ? (error.retryAfterMs ?? 0) : 0;
      waitMs = Math.max(asked, Math.min(LONGEST_BACK_OFF_MS, everyMs * 2 ** failures), everyMs);
      stderr.write(`${error.message}; next try in ${Math.round(waitMs / 100) / 10} s\n`);
    }
    await pause(Math.min(waitMs, LONGEST_WAIT_MS), signal);
  }
}

function mayPass(error: unknown): error is Error {
  if (error instanceof ProblemError) return error.status === 429 || error.status >= 500;
  return [FeedUnavailable, FeedError, UnreachableError, DeadlineError].some((kind) => error instanceof kind);
}

async function pass(
  match: ParsedMatch,
  memory: FeedMemory,
  client: ReturnType<typeof clientFor> | undefined,
  report: IngestReport,
  io: Io,
): Promise<void> {
  const { events, snapshot } = memory.news(match, io.now());
  if (events.length > 0 && client) {
    const published = await client.publish(events, { signal: io.signal });
    report.published(published);
    for (const [k, { status, problem }] of published.results.entries()) {
      if (status !== "rejected") continue;
      const reasons = problem?.errors?.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; ");
      const why = reasons ?? problem?.detail ?? problem?.title ?? "no reason given";
      report.rejected(`${nameOf(events[k])} rejected: ${why}`);
    }
  }
  if (snapshot && client) report.replaced(await put(match, snapshot, client, io));
  if (!client) {
    const listed = snapshot ? listOf(match, snapshot) : [];
    io.stdout.write([...events, ...listed].map((event) => `${JSON.stringify(event)}\n`).join(""));
  }
  memory.remember(match);
}

async function put(
  { matchId, source }: ParsedMatch,
  snapshot: NonNullable<News["snapshot"]>,
  client: ReturnType<typeof clientFor>,
  { signal }: Io,
): Promise<SnapshotReport> {
  if ("totals" in snapshot) return client.putTotals(matchId, source, snapshot.totals, { signal });
  return client.putEvents(matchId, source, snapshot.items, { signal });
}

/** What a snapshot adds to a match of which nothing is known. */
function listOf(
  { matchId, source, fixture }: ParsedMatch,
  snapshot: NonNullable<News["snapshot"]>,
): readonly MatchEventInput[] {
  const at = fixture?.kickoff ?? new Date(0).toISOString();
  const items =
    "totals" in snapshot ? itemsOfTotals(snapshot.totals, { matchId, source, at, known: [] }) : snapshot.items;
  return diffSnapshot([], items).added;
}

function nameOf(event: MatchEventInput | undefined): string {
  return event ? `event ${event.id} (${event.type}) of match ${event.matchId}` : "an event";
}

function progress({ totals }: IngestReport, { stderr }: Io): void {
  const { readings, matches, accepted, rejected } = totals;
  stderr.write(`reading ${readings}: ${matches} matches · ${accepted} accepted · ${rejected} rejected so far\n`);
}

function conclude(report: IngestReport, json: boolean, dryRun: boolean, { stdout, stderr }: Io): void {
  const { totals, unmapped } = report;
  const line = report.unmappedLine();
  if (line) stderr.write(`${line}\n`);
  const { matches, accepted, duplicate, rejected, faults } = totals;
  // Standard output of a dry run is the events, and nothing else.
  const out = dryRun ? stderr : stdout;
  out.write(
    json
      ? `${JSON.stringify({ ...totals, unmapped })}\n`
      : `${matches} matches · ${accepted} accepted · ${duplicate} duplicate · ${rejected} rejected · ${faults} left out as bad\n`,
  );
}
