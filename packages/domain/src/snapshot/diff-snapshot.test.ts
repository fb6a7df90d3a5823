import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendEvent, type EventLog } from "../events/event-log.ts";
import { MatchEvent, type MatchEventInput, MAX_REVISION } from "../events/event.ts";
import { canonicalJson } from "../json/canonical-json.ts";
import { diffSnapshot, type SnapshotDiff, type SnapshotItem } from "./diff-snapshot.ts";

const base = { source: "poll", matchId: "m1", occurredAt: "2026-05-01T19:00:00Z" };
const row = (type: string, minute: number, more: Partial<SnapshotItem> = {}): SnapshotItem => ({
  ...base,
  type,
  period: minute < 45 ? "first_half" : "second_half",
  minute,
  team: "home",
  ...more,
});
const idsOf = (events: readonly MatchEventInput[]): string[] => events.map(({ id }) => id);
const kindsOf = ({ added, revised, retracted }: SnapshotDiff): object => ({
  added: idsOf(added),
  revised: idsOf(revised),
  retracted: idsOf(retracted),
});
const published = ({ added, revised, retracted }: SnapshotDiff): MatchEventInput[] => [
  ...retracted,
  ...revised,
  ...added,
];

describe("a complete list", () => {
  const first = diffSnapshot([], [row("goal", 10, { player: "9" }), row("goal", 20, { player: "7" })]);

  it("is added with ids of type, team, period and which one it is", () => {
    expect(kindsOf(first)).toEqual({
      added: ["goal-home-first_half-1", "goal-home-first_half-2"],
      revised: [],
      retracted: [],
    });
    expect(first.added.map(({ revision }) => revision)).toEqual([1, 1]);
  });

  it("says nothing the second time, in whatever order its rows come, and whatever time was made up for them", () => {
    const again = [
      row("goal", 20, { player: "7", occurredAt: "2026-05-01T19:21:00Z" }),
      row("goal", 10, { player: "9", payload: { kind: "open_play" } }),
    ];
    expect(published(diffSnapshot(first.standing, again))).toEqual([]);
  });

  it.each([
    ["scorer", row("goal", 10, { player: "8" })],
    ["minute", row("goal", 11, { player: "9" })],
    ["kind", row("goal", 10, { player: "9", payload: { kind: "penalty" } })],
  ])("keeps the id when a %s is corrected", (_what, corrected) => {
    const next = diffSnapshot(first.standing, [corrected, row("goal", 20, { player: "7" })]);
    expect(kindsOf(next)).toEqual({ added: [], revised: ["goal-home-first_half-1"], retracted: [] });
    expect(next.revised[0]).toMatchObject({ revision: 2 });
  });

  it("retracts what is missing, and brings it back above its retraction", () => {
    const gone = diffSnapshot(first.standing, [row("goal", 10, { player: "9" })]);
    expect(kindsOf(gone)).toEqual({ added: [], revised: [], retracted: ["goal-home-first_half-2"] });
    expect(gone.retracted[0]).toMatchObject({ retracted: true, revision: 2 });
    const back = diffSnapshot(gone.standing, [row("goal", 10, { player: "9" }), row("goal", 20, { player: "7" })]);
    expect(back.added).toMatchObject([{ id: "goal-home-first_half-2", revision: 3 }]);
  });

  it("moves the later ones up where one vanishes from the middle", () => {
    const next = diffSnapshot(first.standing, [row("goal", 20, { player: "7" })]);
    expect(kindsOf(next)).toEqual({
      added: [],
      revised: ["goal-home-first_half-1"],
      retracted: ["goal-home-first_half-2"],
    });
  });

  it("takes a goal off one side before it stands on the other", () => {
    const other = diffSnapshot(first.standing, [row("goal", 10, { player: "9" }), row("goal", 20, { team: "away" })]);
    expect(published(other).map(({ id, retracted = false }) => [id, retracted])).toEqual([
      ["goal-home-first_half-2", true],
      ["goal-away-first_half-1", false],
    ]);
  });

  it("keeps the provider's ids and revisions where it has them", () => {
    const one = diffSnapshot([], [row("corner", 5, { id: "a7", revision: 40 })]);
    const two = diffSnapshot(one.standing, [row("corner", 6, { id: "a7", revision: 52 })]);
    expect(two.revised).toMatchObject([{ id: "a7", revision: 52 }]);
    expect(diffSnapshot(two.standing, []).retracted).toMatchObject([{ id: "a7", revision: 53 }]);
  });

  it("supersedes with its least revision what was said before a restart", () => {
    const later = diffSnapshot([], [row("goal", 12)], { leastRevision: 9_000 });
    expect(later.added).toMatchObject([{ id: "goal-home-first_half-1", revision: 9_000 }]);
  });

  it("gives a row another id when the revisions of its own are used up", () => {
    const worn = { ...row("goal", 10), id: "g", revision: MAX_REVISION };
    const next = diffSnapshot([worn], [row("goal", 12, { id: "g" })]);
    expect(kindsOf(next)).toEqual({ added: ["g-again"], revised: [], retracted: ["g"] });
    expect(next.retracted).toMatchObject([{ revision: MAX_REVISION, retracted: true }]);
    expect(published(diffSnapshot(next.standing, [row("goal", 12, { id: "g" })]))).toEqual([]);
  });

  it("does not double an id that the list has twice", () => {
    expect(diffSnapshot([], [row("corner", 5, { id: "a" }), row("corner", 5, { id: "a" })]).added).toHaveLength(1);
  });
});

const anyRow = fc
  .record({
    type: fc.constantFrom("goal", "yellow_card", "substitution", "corner"),
    minute: fc.integer({ min: 0, max: 93 }),
    team: fc.constantFrom("home" as const, "away" as const),
    player: fc.option(fc.constantFrom("1", "2", "3"), { nil: undefined }),
  })
  .map(({ type, minute, team, player }) => row(type, minute, { team, ...(player === undefined ? {} : { player }) }));
const anyList = fc.array(anyRow, { maxLength: 12 });

/** What stands in the log, and what a list says, without identity: the two must be one. */
const standingIn = (log: EventLog): string[] =>
  [...log.values()]
    .filter(({ retracted }) => !retracted)
    .map(contentOf)
    .sort();
const saidIn = (list: readonly SnapshotItem[]): string[] =>
  list.map((item) => contentOf(MatchEvent.parse({ ...item, id: "any" }))).sort();
function contentOf({ type, team, minute, period, player, payload }: MatchEvent): string {
  return canonicalJson({ type, team, minute, period, player, payload });
}
const logged = (log: EventLog, events: readonly MatchEventInput[]): EventLog =>
  events.reduce((known, event) => appendEvent(known, MatchEvent.parse(event)), log);

describe("a polled list, whatever it says", () => {
  it("leaves in the log what its last answer holds, and says nothing twice", () => {
    fc.assert(
      fc.property(fc.array(anyList, { minLength: 1, maxLength: 8 }), (lists) => {
        let known: readonly MatchEventInput[] = [];
        let log: EventLog = new Map();
        for (const list of lists) {
          const diff = diffSnapshot(known, list);
          known = diff.standing;
          log = logged(log, published(diff));
          expect(standingIn(log)).toEqual(saidIn(list));
          expect(published(diffSnapshot(known, list))).toEqual([]);
          // The log itself can stand in for the memory of a poller.
          expect(published(diffSnapshot([...log.values()], list))).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same ids in whatever order its rows come", () => {
    fc.assert(
      fc.property(
        anyList.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([list, shuffled]) => {
          const said = (items: readonly SnapshotItem[]): string[] =>
            diffSnapshot([], items)
              .added.map((event) => canonicalJson(event))
              .sort();
          expect(said(shuffled)).toEqual(said(list));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps every id when players alone are corrected", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyRow, { selector: ({ minute }) => minute, maxLength: 10 }), (list) => {
        const { standing } = diffSnapshot([], list);
        const next = diffSnapshot(
          standing,
          list.map((item) => ({ ...item, player: "99" })),
        );
        expect([...next.added, ...next.retracted]).toEqual([]);
        expect(next.revised).toHaveLength(list.length);
      }),
      { numRuns: 300 },
    );
  });

  it("is safe with two pollers that saw different answers, in any order of arrival", () => {
    const polls = fc.array(fc.record({ list: anyList, by: fc.constantFrom("a", "b", "both") }), { maxLength: 8 });
    fc.assert(
      fc.property(polls, anyList, fc.infiniteStream(fc.nat()), (earlier, last, random) => {
        const known = { a: [] as readonly MatchEventInput[], b: [] as readonly MatchEventInput[] };
        const sent: MatchEventInput[] = [];
        for (const [k, { list, by }] of [...earlier, { list: last, by: "both" }].entries())
          for (const poller of ["a", "b"] as const) {
            if (by !== "both" && by !== poller) continue;
            const diff = diffSnapshot(known[poller], list, { leastRevision: (k + 1) * 100 });
            known[poller] = diff.standing;
            sent.push(...published(diff));
          }
        const arrival = sent
          .map((event) => ({ event, at: random.next().value as number }))
          .sort((one, other) => one.at - other.at)
          .map(({ event }) => event);
        expect(standingIn(logged(new Map(), arrival))).toEqual(saidIn(last));
      }),
      { numRuns: 500 },
    );
  });
});
