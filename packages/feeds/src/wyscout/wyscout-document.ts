import { z } from "zod";
import type { Period } from "@touchline/domain";
import { type FeedDocument, FeedError } from "../adapter/adapter.ts";
import { readJson } from "../adapter/read-document.ts";

/** Periods as v2 (`E1`) and v3 (`1E`) spell them. */
export const WYSCOUT_PERIODS: Readonly<Record<string, Period>> = {
  "1H": "first_half",
  "2H": "second_half",
  E1: "extra_first_half",
  E2: "extra_second_half",
  "1E": "extra_first_half",
  "2E": "extra_second_half",
  P: "shoot_out",
};

const id = z.union([z.int(), z.string()]).transform(Number).pipe(z.int());
const player = z.looseObject({ playerId: id });
const players = z.array(player).catch([]).default([]);

/** Someone came on at this minute, counted from 1. Some records write `"null"` where there is none. */
const change = z.looseObject({ playerIn: id.nullish(), playerOut: id.nullish(), minute: id });

const TeamData = z.looseObject({
  side: z.enum(["home", "away"]),
  formation: z
    .looseObject({ lineup: players, bench: players, substitutions: z.array(change).catch([]).default([]) })
    .nullish()
    .catch(null),
});

/** The record of a match, in the events file or beside it. */
const Match = z.looseObject({
  wyId: id.nullish(),
  label: z.string().nullish(),
  dateutc: z.string().nullish(),
  status: z.string().nullish(),
  competitionId: id.nullish(),
  teamsData: z.record(z.string(), TeamData).default({}),
});

const changed = z.looseObject({ in: players, out: players });
const perTeam = z.record(z.string(), z.record(z.string(), z.record(z.string(), changed)));

export const WyscoutDocument = z.looseObject({
  events: z.array(z.unknown()).default([]),
  match: Match.nullish(),
  teams: z
    .record(z.string(), z.looseObject({ team: z.looseObject({ name: z.string().nullish() }).nullish() }))
    .nullish()
    .catch(null),
  players: z
    .record(
      z.string(),
      z.array(
        z.looseObject({
          player: z
            .looseObject({
              wyId: id,
              shortName: z.string().nullish(),
              role: z.looseObject({ code2: z.string().nullish() }).nullish(),
            })
            .nullish(),
        }),
      ),
    )
    .nullish()
    .catch(null),
  /** By team, period and second of the period. */
  substitutions: perTeam.nullish().catch(null),
});

export interface WyscoutInput {
  readonly document: string;
  readonly events: readonly unknown[];
  readonly record: z.output<typeof Match> | undefined;
  readonly parts: z.output<typeof WyscoutDocument>;
}

/**
 * The events with the record of their match: one document may hold both, or two documents one each.
 * @throws FeedError for a document that is neither
 */
export function readWyscout(documents: readonly FeedDocument[]): WyscoutInput {
  const parts = documents.map((document) => {
    const json = readJson(document);
    // The public data set has bare lists of events, and bare records of matches.
    const whole = Array.isArray(json) ? { events: json } : isRecord(json) ? { match: json } : json;
    const parsed = WyscoutDocument.safeParse(whole);
    if (parsed.success) return { ...parsed.data, document: document.name };
    const [issue] = parsed.error.issues;
    throw new FeedError(`${document.name} is no Wyscout file: ${issue?.path.join(".")}: ${issue?.message}`);
  });
  const played = parts.find(({ events }) => events.length > 0);
  if (!played) throw new FeedError(`${documents.map(({ name }) => name).join(", ")}: no Wyscout events among them`);
  const record = parts.flatMap(({ match }) => match ?? [])[0];
  return { document: played.document, events: played.events, record, parts: played };
}

function isRecord(json: unknown): boolean {
  return json !== null && typeof json === "object" && "teamsData" in json;
}
