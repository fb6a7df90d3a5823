import { parseXml, XmlElement, XmlError } from "@rgrove/parse-xml";
import type { MatchEventInput } from "@touchline/domain";
import {
  type Adapter,
  coverageOf,
  FeedError,
  type FeedDocument,
  type FeedInput,
  type ParsedMatch,
} from "../adapter/adapter.ts";
import { namespacedId } from "../adapter/feed-id.ts";
import { childrenOf, isXml, linesOf, readXml } from "../adapter/read-document.ts";
import { FeedReport } from "../adapter/report.ts";
import { LiveDataEvent } from "./live-data-event.ts";
import { NEW_LIVE_DATA, readLiveData } from "./live-data.ts";

const NAME = "sportradar-live-data";

export const liveData: Adapter = {
  name: NAME,
  summary: "Sportradar Live Data messages (XML): one document, or one message a line",
  parse(input) {
    const report = new FeedReport();
    const messages = input.documents.flatMap((document) => messagesIn(document, report));
    const matches = new Map<string, { element: XmlElement; where: string }[]>();
    for (const { match, where } of messages) {
      const id = match.attributes["matchid"] ?? "";
      if (id === "" && input.matchId === undefined) report.fault(where, "match: matchid is missing");
      const elements = [match, ...childrenOf(match, "events")].flatMap((parent) => childrenOf(parent, "event"));
      const known = matches.get(id) ?? [];
      known.push(
        ...elements.map((element) => ({ element, where: `${where}, event ${element.attributes["id"] ?? ""}` })),
      );
      matches.set(id, known);
    }
    if (matches.size > 1 && input.matchId !== undefined)
      throw new FeedError(`${matches.size} matches, and one match id given for all of them`);
    const read = [...matches].flatMap(([id, elements]) =>
      id === "" && input.matchId === undefined ? [] : [readMatch(id, elements, input, report)],
    );
    return { matches: read, ...report.result() };
  },
};

/** The socket sends one message after the other: a recording of it has one a line, and no root around them. */
function messagesIn(document: FeedDocument, report: FeedReport): { match: XmlElement; where: string }[] {
  const lines = linesOf(document);
  const perLine = lines.length > 1 && lines.every(({ text }) => /^<.*>$/.test(text) && isWhole(text));
  if (!perLine && isXml(document) && isWhole(document.text.replace(/^\uFEFF/, ""))) {
    const root = readXml(document);
    const found = matchesBelow(root);
    return found.map((match) => ({ match, where: document.name }));
  }
  return lines.flatMap(({ text, where }) => {
    try {
      const { root } = parseXml(text);
      return root ? matchesBelow(root).map((match) => ({ match, where })) : [];
    } catch (error) {
      if (!(error instanceof XmlError)) throw error;
      report.fault(where, `not XML: ${error.message.split("\n", 1)[0] ?? ""}`);
      return [];
    }
  });
}

function matchesBelow(root: XmlElement): XmlElement[] {
  return root.name === "match" ? [root] : childrenOf(root, "match");
}

function isWhole(text: string): boolean {
  try {
    parseXml(text);
    return true;
  } catch {
    return false;
  }
}

function readMatch(
  id: string,
  elements: readonly { readonly element: XmlElement; readonly where: string }[],
  input: FeedInput,
  report: FeedReport,
): ParsedMatch {
  const match = {
    matchId: input.matchId ?? namespacedId("sr", id.replace(/^sr:/, "")),
    source: input.source ?? NAME,
  };
  let state = NEW_LIVE_DATA;
  const events: MatchEventInput[] = [];
  for (const { element, where } of elements) {
    const attributes = Object.fromEntries(Object.entries(element.attributes).filter(([, value]) => value !== ""));
    const event = report.check(LiveDataEvent, attributes, where);
    if (!event) continue;
    const read = readLiveData(state, event, match);
    state = read.state;
    // What has no meaning here passes through under its number: a later Touchline may know it.
    for (const each of read.events) if (each.type.startsWith("live_data_")) report.unmapped(String(event.type));
    events.push(...read.events);
  }
  const reported = ["score", "scorers", "cards", "corners", "penalties", "substitutions", "periods"] as const;
  return { ...match, coverage: coverageOf(...reported), kind: "events", events };
}
