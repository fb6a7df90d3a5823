import {
  blameOf,
  changedFacts,
  differingParts,
  FACT_NAMES,
  type FactName,
  type Market,
  type MatchClock,
  type MatchState,
  missRateBound,
  type StatePart,
  VARIANTS,
} from "@touchline/domain";
import { distance, standingOf } from "../soundness/standing.ts";
import type { AskedModel } from "./asked-model.ts";
import type { Situation } from "./situations.ts";

export interface LearnOptions {
  readonly markets: readonly Market[];
  /** Requests that may be made altogether. */
  readonly budget: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Called after each request. */
  readonly onRequest?: (made: number) => void;
}

/** What was found out about one market under one blend. */
interface Evidence {
  /** Sets of facts that changed while the price did: one of each set is read. */
  readonly witnesses: (readonly FactName[])[];
  /** How often each fact was among those that changed while the price stayed the same. */
  readonly quiet: Map<FactName, number>;
}

export interface LearntReads {
  /** By market: what it reads without market prices, and what it reads more with them. */
  readonly reads: ReadonlyMap<
    string,
    { readonly reads: readonly FactName[]; readonly blendReads: readonly FactName[] }
  >;
  /** Facts that never changed in what was tried. Nothing is known of them, so every market is said to read them. */
  readonly untried: readonly FactName[];
  /** Of all pairs of a market and a fact that it is said not to read: the fewest tries, and the bound that follows. */
  readonly fewestTries: number;
  readonly bound: number;
  readonly tries: number;
}

/** A market-blend variant sees prices; the others differ from each other only in how numbers are written. */
const BLENDS = ["none", "market"] as const;

/**
 * Finds out what a model reads by changing facts: those that real events change together, then parts of the state one
 * at a time and in pairs, each taken over from another moment. A fact is said to be read only where a price changed
 * with it, and not to be read only where the price stayed as it was each time.
 */
export async function learnReads(
  situations: readonly Situation[],
  model: AskedModel,
  options: LearnOptions,
): Promise<LearntReads> {
  const learner = new Learner(model, options);
  const order = situations.map((situation) => ({ situation, at: options.random() })).sort((a, b) => a.at - b.at);
  while (learner.isOpen && order.length > 0) {
    for (const { situation } of order) {
      if (!learner.isOpen) break;
      const donor = order[Math.floor(options.random() * order.length)]?.situation ?? situation;
      await learner.learnFrom(situation, donor.after);
    }
  }
  return learner.result();
}

/** Parts tried of one pair of moments: the others' turn comes with another pair. */
const PARTS_OF_A_PAIR = 6;

class Learner {
  readonly #model: AskedModel;
  readonly #options: LearnOptions;
  readonly #evidence = new Map<string, Evidence>();
  #tries = 0;

  constructor(model: AskedModel, options: LearnOptions) {
    this.#model = model;
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#model.requests < this.#options.budget;
  }

  async learnFrom({ matchId, before, after, clock }: Situation, donor: MatchState): Promise<void> {
    await this.#compare(matchId, clock, before, after);
    const parts = shuffled(differingParts(before, donor), this.#options.random).slice(0, PARTS_OF_A_PAIR);
    let pairedWith: StatePart | undefined;
    for (const part of parts) {
      if (!this.isOpen) return;
      await this.#compare(matchId, clock, before, part.applyTo(before));
      // What is read in one branch only shows once another fact has opened it.
      const base = pairedWith?.applyTo(before);
      if (base && this.isOpen) await this.#compare(matchId, clock, base, part.applyTo(base));
      pairedWith = part;
    }
  }

  async #compare(matchId: string, clock: MatchClock, one: MatchState, other: MatchState): Promise<void> {
    const changed = changedFacts(one, other);
    if (changed.length === 0) return;
    const { markets, onRequest } = this.#options;
    const [before, after] = [standingOf(one, markets), standingOf(other, markets)];
    const open = before.open.filter((market) => after.open.includes(market));
    const was = await this.#model.quotes(matchId, one, clock, open);
    const is = was && (await this.#model.quotes(matchId, other, clock, open));
    onRequest?.(this.#model.requests);
    // A state that no events lead to may be none that the model can price.
    if (!was || !is) return;
    this.#tries++;
    for (const { id } of open) {
      for (const blend of BLENDS) {
        const variant = VARIANTS.find((each) => each.blend === blend)?.id ?? "";
        const evidence = this.#evidenceOf(id, blend);
        if (distance(was.get(variant)?.get(id), is.get(variant)?.get(id)) !== 0) evidence.witnesses.push(changed);
        else for (const fact of changed) evidence.quiet.set(fact, (evidence.quiet.get(fact) ?? 0) + 1);
      }
    }
  }

  result(): LearntReads {
    const untried = FACT_NAMES.filter(
      (fact) => ![...this.#evidence.values()].some((evidence) => sawChange(evidence, fact)),
    );
    const reads = new Map<string, { reads: FactName[]; blendReads: FactName[] }>();
    let fewestTries = Infinity;
    for (const { id } of this.#options.markets) {
      const [plain, blended] = BLENDS.map((blend) => this.#evidence.get(`${blend} ${id}`));
      if (!plain || !blended) continue;
      const own = new Set([...readBy(plain), ...untried.filter((fact) => !plain.quiet.has(fact))]);
      const more = [...readBy(blended)].filter((fact) => !own.has(fact));
      // Never changed while this market was open: nothing is known of it either.
      for (const fact of FACT_NAMES) if (!own.has(fact) && !sawChange(plain, fact)) own.add(fact);
      for (const fact of FACT_NAMES)
        if (!own.has(fact)) fewestTries = Math.min(fewestTries, plain.quiet.get(fact) ?? 0);
      const ordered = (facts: ReadonlySet<FactName>): FactName[] => FACT_NAMES.filter((fact) => facts.has(fact));
      reads.set(id, { reads: ordered(own), blendReads: ordered(new Set(more)) });
    }
    const fewest = Number.isFinite(fewestTries) ? fewestTries : 0;
    return { reads, untried, fewestTries: fewest, bound: missRateBound(fewest, 0), tries: this.#tries };
  }

  #evidenceOf(market: string, blend: (typeof BLENDS)[number]): Evidence {
    const key = `${blend} ${market}`;
    const known = this.#evidence.get(key) ?? { witnesses: [], quiet: new Map<FactName, number>() };
    this.#evidence.set(key, known);
    return known;
  }
}

function sawChange({ witnesses, quiet }: Evidence, fact: FactName): boolean {
  return quiet.has(fact) || witnesses.some((facts) => facts.includes(fact));
}

/**
 * The fewest facts that explain every change of the price. A fact that also changed while the price stayed is read in
 * some branch at most, so a witness is put on the others first, where it has any.
 */
function readBy({ witnesses, quiet }: Evidence): Set<FactName> {
  const certain = blameOf(witnesses.filter((facts) => facts.length === 1));
  const open = witnesses.filter((facts) => !facts.some((fact) => certain.has(fact)));
  const likelier = open.map((facts) => {
    const never = facts.filter((fact) => !quiet.has(fact));
    return never.length > 0 ? never : facts;
  });
  return new Set([...certain, ...blameOf(likelier)]);
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const all = items.map((item) => ({ item, at: random() }));
  return all.sort((a, b) => a.at - b.at).map(({ item }) => item);
}
