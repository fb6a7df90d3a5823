import type { XmlElement } from "@rgrove/parse-xml";
import { z } from "zod";
import type { FeedDocument } from "../adapter/adapter.ts";
import { childrenOf, elementAt, isXml, readJson, readXml } from "../adapter/read-document.ts";

const text = z.union([z.string(), z.number()]).transform(String);
const maybe = text.nullish().transform((value) => value ?? undefined);

const named = z.looseObject({ name: maybe, longName: maybe, knownName: maybe });

export const MatchInfo = z.looseObject({
  id: text,
  /** `2021-09-11Z` and `18:30:00Z`: two fields, both in UTC. */
  date: maybe,
  time: maybe,
  contestant: z.array(z.looseObject({ id: text, name: maybe, position: z.string() })),
  competition: named.nullish(),
  tournamentCalendar: named.nullish(),
  venue: named.nullish(),
});
export type MatchInfo = z.output<typeof MatchInfo>;

export const LineUp = z.looseObject({
  contestantId: text,
  player: z
    .array(
      z.looseObject({
        playerId: text,
        matchName: maybe,
        position: maybe,
        subPosition: maybe,
      }),
    )
    .default([]),
});
export type LineUp = z.output<typeof LineUp>;

/** One match of MA1 or MA3, the parts unread. MA3 has events, MA1 line-ups. */
export interface MaMatch {
  readonly document: string;
  readonly matchInfo: unknown;
  readonly events: readonly unknown[];
  readonly lineUps: readonly unknown[];
  readonly officials: readonly unknown[];
}

/** The matches of a document in either spelling: JSON, alone or in a list named `match`, or XML. */
export function matchesOfMa(document: FeedDocument): MaMatch[] {
  if (isXml(document)) {
    const root = readXml(document);
    const roots = root.name === "matches" ? childrenOf(root, "match") : [root];
    return roots.map((element) => fromXml(element, document.name));
  }
  const json = Loose.safeParse(readJson(document));
  if (!json.success) return [];
  const { match } = json.data;
  const list = match === undefined ? [json.data] : Array.isArray(match) ? match : [match];
  return list.flatMap((each) => {
    const one = OneMatch.safeParse(each);
    if (!one.success) return [];
    const { matchInfo, liveData } = one.data;
    const { event = [], lineUp = [], matchDetailsExtra } = liveData ?? {};
    const officials = matchDetailsExtra?.matchOfficial ?? [];
    return [{ document: document.name, matchInfo, events: event, lineUps: lineUp, officials }];
  });
}

const list = z
  .array(z.unknown())
  .nullish()
  .transform((value) => value ?? undefined);
const Loose = z.looseObject({ match: z.unknown().optional() });
const OneMatch = z.looseObject({
  matchInfo: z.unknown(),
  liveData: z
    .looseObject({
      event: list,
      lineUp: list,
      matchDetailsExtra: z.looseObject({ matchOfficial: list }).nullish(),
    })
    .nullish(),
});

function fromXml(match: XmlElement, document: string): MaMatch {
  const info = elementAt(match, "matchInfo");
  const live = elementAt(match, "liveData");
  const nameAt = (name: string): object | undefined => {
    const element = elementAt(info, name);
    return element && { name: element.text.trim() || undefined, ...element.attributes };
  };
  return {
    document,
    matchInfo: {
      ...info?.attributes,
      contestant: childrenOf(elementAt(info, "contestants"), "contestant").map(({ attributes }) => attributes),
      competition: nameAt("competition"),
      tournamentCalendar: nameAt("tournamentCalendar"),
      venue: nameAt("venue"),
    },
    events: childrenOf(elementAt(live, "events"), "event").map((event) => ({
      ...event.attributes,
      qualifier: childrenOf(event, "qualifier").map(({ attributes }) => attributes),
    })),
    lineUps: [...childrenOf(elementAt(live, "lineUps"), "lineUp"), ...childrenOf(live, "lineUp")].map((lineUp) => ({
      ...lineUp.attributes,
      player: [...childrenOf(lineUp, "player"), ...childrenOf(elementAt(lineUp, "players"), "player")].map(
        ({ attributes }) => attributes,
      ),
    })),
    officials: childrenOf(elementAt(live, "matchDetailsExtra", "matchOfficials"), "matchOfficial").map(
      ({ attributes }) => attributes,
    ),
  };
}
