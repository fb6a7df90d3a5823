import { IncidentMessage, type TimelineLine } from "@touchline/feeds";
import { bundledMatch } from "@touchline/feeds/testing";

const clean = bundledMatch();
const SECOND = 1_000;
const BEFORE_KICK_OFF = -3_600 * SECOND;

/** One every ten seconds, to the end. */
const HEARTBEATS = 1_115;

/** Milliseconds from kick-off at which a line happened; what has no clock comes before the match, or after it. */
function momentOf({ minute, second, period, type }: TimelineLine): number {
  if (minute === undefined) return type === "match_end" ? 7_500 * SECOND : BEFORE_KICK_OFF;
  return (minute * 60 + (second ?? 59) + (period === "2H" ? 1_200 : 0)) * SECOND;
}

function incident(line: TimelineLine, fields: object = {}): object {
  const { match_id: match, seq, ...event } = line;
  const insert = { action: "insert", event_id: `${match}:${seq}`, version: 1, confirmation: "confirmed", event };
  return { match_id: match, kind: "event", sent_ms: momentOf(line), ...insert, ...fields };
}

/** The feed of the bundled match as a careless provider sends it: late scorers, wrong sides, goals that were none. */
export function carelessFeed(): IncidentMessage[] {
  const sent = clean.flatMap((line): object[] => {
    const at = momentOf(line);
    if (line.type === "goal") {
      const { player: _later, ...unknown } = line;
      const confirmed = { action: "update", version: 2, sent_ms: at + 40 * SECOND };
      const ghost = { event_id: `${line.match_id}:ghost${line.seq}`, confirmation: "tbd", sent_ms: at + 2 * SECOND };
      return [
        incident({ ...unknown, seq: line.seq }, { confirmation: "tbd" }),
        incident(line, ghost),
        incident(line, {
          ...ghost,
          action: "update",
          version: 2,
          confirmation: "cancelled",
          sent_ms: at + 90 * SECOND,
        }),
        incident(line, confirmed),
      ];
    }
    if (line.type === "corner") {
      const other = { ...line, team: line.team === "home" ? ("away" as const) : ("home" as const) };
      return [incident(other), incident(line, { action: "update", version: 2, sent_ms: at + 9 * SECOND })];
    }
    return [incident(line)];
  });
  const heartbeats = Array.from({ length: HEARTBEATS }, (_none, k) => ({
    match_id: clean[0]?.match_id,
    kind: "alive",
    sent_ms: BEFORE_KICK_OFF + k * 10 * SECOND,
  }));
  return [...heartbeats, ...sent]
    .map((message) => IncidentMessage.parse({ ...message, recv_ms: 0 }))
    .sort((a, b) => a.sent_ms - b.sent_ms)
    .map((message, index) => ({ ...message, feed_seq: index + 1, recv_ms: message.sent_ms + 200 }));
}
