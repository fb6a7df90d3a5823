import { FACT_NAMES, type FactName } from "../dependencies/facts.ts";
import type { Reads } from "../dependencies/reads.ts";
import type { Severity } from "../dependencies/severity.ts";
import { findMarket } from "../markets/catalogue.ts";
import type { Market } from "../markets/market.ts";
import { payoffReads } from "../markets/payoff-reads.ts";
import type { ReadsOf } from "../planning/dependency-graph.ts";
import { BUILTIN_GRAPH, graphVersion, type Graph } from "../planning/graph-version.ts";
import { digest } from "../markets/market-definition.ts";
import { usualSeverity } from "../planning/widened-graph.ts";
import { Manifest, ManifestError, type ManifestMarket } from "./manifest.ts";
import { ownMarket, settlementFaults } from "./own-market.ts";

/** @throws ManifestError naming each fault: market, field, rule, and what to do */
export function parseManifest(value: unknown): Manifest {
  const parsed = Manifest.safeParse(value);
  if (!parsed.success)
    throw new ManifestError(
      parsed.error.issues.map(({ path, message }) => `${path.join(".") || "manifest"}: ${message}`),
    );
  const faults = faultsOf(parsed.data);
  if (faults.length > 0) throw new ManifestError(faults);
  return parsed.data;
}

/** The graph that a manifest declares: its markets, in its order, and what each of them reads. */
export function manifestGraph(manifest: Manifest): Graph {
  const made = Object.entries(manifest.markets).map(([id, said]) => {
    const reading = readingOf(manifest, said);
    const market = marketOf(id, said, reading);
    const handled = handledReads(market);
    const [none, blended] = [reading.reads, reading.blended].map((declared) => ({ ...declared, ...handled }));
    return { market, none: none ?? NOTHING, blended: blended ?? NOTHING, definition: said };
  });
  const byId = new Map(made.map((each) => [each.market.id, each]));
  const reads: ReadsOf = ({ id }, { blend }) => {
    const each = byId.get(id);
    if (!each) return NOTHING;
    return blend === "market" ? each.blended : each.none;
  };
  const markets = made.map(({ market }) => market);
  let known: string | undefined;
  return {
    reads,
    get version() {
      const said = [BUILTIN_GRAPH.version, manifest.model, made.map(({ definition }) => definition)];
      return (known ??= graphVersion(reads, digest(said), markets));
    },
    markets,
    findMarket: (id) => byId.get(id)?.market,
    manifest,
  };
}

const NOTHING: Reads = {};

interface Reading {
  readonly reads: Reads;
  readonly blended: Reads;
  readonly driftSeconds: number | null | undefined;
}

function readingOf({ groups }: Manifest, said: ManifestMarket): Reading {
  const group = said.group === undefined ? undefined : groups[said.group];
  const hard = group?.hard || said.hard ? new Set([...(group?.hard ?? []), ...(said.hard ?? [])]) : undefined;
  const declared = (facts: readonly string[]): Reads =>
    Object.fromEntries(
      facts.map((fact): [string, Severity] => [
        fact,
        hard ? (hard.has(fact) ? "hard" : "soft") : usualSeverity(fact as FactName),
      ]),
    );
  const reads = declared([...(group?.reads ?? []), ...(said.reads ?? [])]);
  const blended = { ...declared([...(group?.blendReads ?? []), ...(said.blendReads ?? [])]), ...reads };
  const driftSeconds = said.driftSeconds === undefined ? group?.driftSeconds : said.driftSeconds;
  return { reads, blended, driftSeconds };
}

/**
 * What is read of a market here, whatever its model reads: what its feed must carry, which outcomes it has, and the
 * minute for which it is asked. These are the catalogue's own.
 */
function handledReads(market: Market): Reads {
  const handled = Object.entries(payoffReads(market)).filter(
    ([fact]) => fact.startsWith("coverage.") || (market.outcomes.length === 0 && fact.startsWith("lineup.")),
  );
  return { ...Object.fromEntries(handled), clock_correction: "hard" };
}

function marketOf(id: string, said: ManifestMarket, reading: Reading): Market {
  const known = findMarket(id);
  const own = {
    ...(said.group === undefined ? {} : { costGroup: said.group }),
    ...(reading.driftSeconds === undefined ? {} : { driftSeconds: reading.driftSeconds }),
  };
  return { ...(known ?? ownMarket(id, said, reading.reads)), ...own };
}

function faultsOf(manifest: Manifest): string[] {
  const { groups, markets } = manifest;
  const faults: string[] = [];
  for (const [group, said] of Object.entries(groups)) faults.push(...factFaults(`groups.${group}`, said));
  for (const [id, said] of Object.entries(markets)) {
    const at = `markets.${id}`;
    faults.push(...factFaults(at, said));
    if (said.group !== undefined && !Object.hasOwn(groups, said.group))
      faults.push(`${at}.group: there is no group ${said.group}; add it to groups, or leave it out`);
    if (said.group === undefined && said.reads === undefined)
      faults.push(`${at}.reads: nothing says what the market reads; list its facts, or name its group`);
    faults.push(...(findMarket(id) ? catalogueFaults(at, said) : ownFaults(at, said)));
  }
  return faults;
}

function factFaults(at: string, said: Pick<ManifestMarket, "reads" | "hard" | "blendReads">): string[] {
  return (["reads", "hard", "blendReads"] as const).flatMap((field) =>
    (said[field] ?? []).flatMap((fact) =>
      isFact(fact) ? [] : [`${at}.${field}: ${JSON.stringify(fact)} is no fact; ${meant(fact)}`],
    ),
  );
}

function isFact(name: string): boolean {
  return FACT_NAMES.some((fact) => fact === name);
}

function meant(name: string): string {
  const near = FACT_NAMES.filter((fact) => fact.includes(name) || name.includes(fact) || startsAlike(fact, name));
  return near.length > 0 ? `did you mean ${near.slice(0, 3).join(" or ")}?` : "docs/facts.md lists them all";
}

function startsAlike(fact: string, name: string): boolean {
  return fact.slice(0, 4) === name.slice(0, 4);
}

function catalogueFaults(at: string, said: ManifestMarket): string[] {
  return (["name", "category", "outcomes", "winners", "settlement"] as const).flatMap((field) =>
    said[field] === undefined
      ? []
      : [`${at}.${field}: the catalogue has this market and says so itself; leave it out, or choose another id`],
  );
}

function ownFaults(at: string, said: ManifestMarket): string[] {
  const missing = (["name", "category", "outcomes", "settlement"] as const).flatMap((field) =>
    said[field] === undefined ? [`${at}.${field}: is missing; a market that is not in the catalogue needs it`] : [],
  );
  return [...missing, ...settlementFaults(at, said)];
}
