import type { Client, SnapshotReport } from "@touchline/client";
import { Fixture, type MatchEventInput } from "@touchline/domain";
import { type TimelineLine, timelineToEvents } from "@touchline/feeds";
import { randomFrom } from "../../packages/domain/src/testing/random-source.ts";
import { newsOf, pollsOf } from "../../test/setup/polls.ts";

export interface PolledMatch {
  readonly matchId: string;
  readonly lines: readonly TimelineLine[];
  /** The events of the file, the fixture left out. */
  readonly events: readonly MatchEventInput[];
  readonly fixture: MatchEventInput;
  readonly polls: number;
  readonly news: number;
  /** Events added, revised or retracted, by the answers. */
  readonly published: number;
  readonly wrongAnswers: number;
}

export const POLLED_SOURCE = "poll";
const EVERY_MS = 15_000;
/** Before now, so that nothing is from the future. */
const KICKOFF_BEFORE_MS = 5 * 3_600_000;
const STEP_DEADLINE_MS = 60_000;

/** Sends every list of a match, and waits for the step of each that says something new before it sends the next. */
export async function pollMatch(client: Client, lines: readonly TimelineLine[], seed: number): Promise<PolledMatch> {
  const kickoff = Date.now() - KICKOFF_BEFORE_MS;
  const [fixture, ...events] = timelineToEvents(lines, { kickoff, speed: 1 });
  if (fixture?.type !== "fixture") throw new Error(`match ${lines[0]?.match_id} does not begin with its fixture`);
  const { matchId } = fixture;
  await client.registerMatch(matchId, Fixture.parse(fixture.payload));
  const random = randomFrom(seed + Number(matchId.replaceAll(/\D/g, "")));
  const polls = pollsOf(events, { everyMs: EVERY_MS, random });
  const stream = client.stream(matchId, { lastEventId: "0", signal: AbortSignal.timeout(polls.length * 1_000) });
  let [before, news, published, wrongAnswers] = ["", 0, 0, 0];
  try {
    await step(stream, 1);
    for (const rows of polls) {
      const changes = changesIn(await client.putEvents(matchId, POLLED_SOURCE, rows));
      const isNews = newsOf(rows) !== before;
      before = newsOf(rows);
      published += changes;
      if (isNews !== changes > 0) wrongAnswers++;
      if (!isNews) continue;
      news++;
      await step(stream, 1 + news);
    }
  } finally {
    await stream.return();
  }
  return { matchId, lines, events, fixture, polls: polls.length, news, published, wrongAnswers };
}

/** Reads on to the next step. @throws Error when it does not make `version`, or does not come */
async function step(stream: ReturnType<Client["stream"]>, version: number): Promise<void> {
  const timeout = AbortSignal.timeout(STEP_DEADLINE_MS);
  const late = new Promise<never>((_resolve, reject) => {
    timeout.addEventListener("abort", () => reject(new Error(`no step to version ${version} within a minute`)));
  });
  for (;;) {
    const { value: message } = await Promise.race([stream.next(), late]);
    if (!message) throw new Error(`the stream ended before version ${version}`);
    if (message.kind !== "touched") continue;
    if (message.version !== version) throw new Error(`a step to version ${message.version}, and not ${version}`);
    return;
  }
}

function changesIn({ added = [], revised = [], retracted = [] }: SnapshotReport): number {
  return added.length + revised.length + retracted.length;
}
