/** One line of the protocol, made wrong. */
export interface Mutant {
  readonly name: string;
  /** From the root of the project. */
  readonly file: string;
  /** Stands in exactly one line of the file. */
  readonly line: string;
  readonly replacement: string;
}

const LUA = "packages/cache/src/lua";
const L1 = "services/api/src/l1";

/** Each takes away one rule that some interleaving needs; `pnpm races --mutants` says how soon the model misses it. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "a commit is taken whether or not its begin is remembered",
    file: `${LUA}/commit-refresh.lua`,
    line: "if refresh.epoch ~= epoch or not isOwn or refresh.seen > present or refresh.number > number then",
    replacement: "if refresh.epoch ~= epoch or refresh.seen > present or refresh.number > number then",
  },
  {
    name: "a commit may be made twice",
    file: `${LUA}/commit-refresh.lua`,
    line: "if other == begun then isOwn = true else ring[#ring + 1] = other end",
    replacement: "if other == begun then isOwn = true end ring[#ring + 1] = other",
  },
  {
    name: "an overtaken price is stored",
    file: `${LUA}/commit-refresh.lua`,
    line: "elseif isOutdated or needed > refresh.seen then",
    replacement: "elseif isOutdated then",
  },
  {
    name: "a late price replaces a later one",
    file: `${LUA}/commit-refresh.lua`,
    line: "elseif writer and writer > refresh.number and writer <= number and seen >= needed then",
    replacement: "elseif false then",
  },
  {
    name: "another build's price counts behind the present version",
    file: `${LUA}/commit-refresh.lua`,
    line: "local isOutdated = isOtherGraph and refresh.seen < present",
    replacement: "local isOutdated = false",
  },
  {
    name: "nobody notes that another build has stored prices",
    file: `${LUA}/commit-refresh.lua`,
    line: "if isOtherGraph and not isOutdated then redis.call('HSET', match, 'mixed', refresh.graph) end",
    replacement: "",
  },
  {
    name: "what was refused does not stay due",
    file: `${LUA}/commit-refresh.lua`,
    line: "if refresh.complete and overtaken == 0 and due <= refresh.seen then",
    replacement: "if refresh.complete then",
  },
  {
    name: "a commit answers a request that came after its begin",
    file: `${LUA}/commit-refresh.lua`,
    line: "if redis.call('HGET', state, field) == request.want then redis.call('HDEL', state, field) end",
    replacement: "redis.call('HDEL', state, field)",
  },
  {
    name: "a step is compared by version alone",
    file: `${LUA}/apply-event.lua`,
    line: "if version ~= expected.version or version > 0 and (epoch ~= expected.epoch or (stored[3] or '') ~= expected.step) then",
    replacement: "if version ~= expected.version then",
  },
  {
    name: "a step is compared without the token of the last one",
    file: `${LUA}/apply-event.lua`,
    line: "if version ~= expected.version or version > 0 and (epoch ~= expected.epoch or (stored[3] or '') ~= expected.step) then",
    replacement: "if version ~= expected.version or version > 0 and epoch ~= expected.epoch then",
  },
  {
    name: "a step on another history is taken",
    file: `${LUA}/apply-event.lua`,
    line: "if epoch == '' or stored[4] ~= history then return {3, version} end",
    replacement: "if epoch == '' then return {3, version} end",
  },
  {
    name: "a step on a truth that lacks a key is taken",
    file: `${LUA}/apply-event.lua`,
    line: "if redis.call('EXISTS', log, facts, required, settled, refresh, touched, feed) ~= 7 then return {4, version} end",
    replacement: "",
  },
  {
    name: "entries of two builds are not distinguished",
    file: `${LUA}/apply-event.lua`,
    line: "  if not step.full and isOther then return {2, version} end",
    replacement: "",
  },
  {
    name: "a price of another build outlives the event that follows the passing on of its match",
    file: `${LUA}/apply-event.lua`,
    line: "local adopted = not isNew and isEvent and step.begun and tonumber(stored[8] or '0') or 0",
    replacement: "local adopted = 0",
  },
  {
    name: "what a market missed while it was not listed is forgotten",
    file: `${LUA}/apply-event.lua`,
    line: "raised[#raised + 1], raised[#raised + 2] = market, raisedHard",
    replacement:
      "raised[#raised + 1], raised[#raised + 2] = market, version .. ' 0 ' .. now .. ' ' .. step.cause .. ' - - -'",
  },
  {
    name: "a soft change forgives an older hard one",
    file: `${LUA}/apply-event.lua`,
    line: "local hard, hardCause = string.match(olds[i] or '', '^%d+ (%d+) %d+ %S+ %S+ %S+ (.*)$')",
    replacement: "local hard, hardCause = 0, nil",
  },
  {
    name: "two refreshes get one number",
    file: `${LUA}/begin-refresh.lua`,
    line: "number = number + 1",
    replacement: "number = math.max(number, 1)",
  },
  {
    name: "only one begin is remembered",
    file: `${LUA}/begin-refresh.lua`,
    line: "local BEGINS = 16",
    replacement: "local BEGINS = 1",
  },
  {
    name: "a refresh begins on a truth that lacks a key",
    file: `${LUA}/begin-refresh.lua`,
    line: "if not epoch or redis.call('EXISTS', KEYS[2], KEYS[3], KEYS[4], KEYS[5]) ~= 4 then return {-2} end",
    replacement: "",
  },
  {
    name: "a claim from the future blocks",
    file: `${LUA}/begin-refresh.lua`,
    line: "if from and tonumber(from) <= now and now < tonumber(untilAt) and token ~= ARGV[3] then",
    replacement: "if from and now < tonumber(untilAt) and token ~= ARGV[3] then",
  },
  {
    name: "a reader of another epoch is noted",
    file: `${LUA}/request-refresh.lua`,
    line: "if ARGV[3] ~= '' and ARGV[3] ~= epoch then return -1 end",
    replacement: "",
  },
  {
    name: "the reconciler does not look at the history",
    file: `${LUA}/reconcile.lua`,
    line: "if not match[2] or match[3] ~= historyOf(ARGV[3]) then return {-3, 0, match[2] or ''} end",
    replacement: "",
  },
  {
    name: "a read takes a truth that lacks a key for whole",
    file: `${LUA}/read-predictions.lua`,
    line: "redis.call('EXISTS', KEYS[5], KEYS[6], KEYS[7], KEYS[8], KEYS[9]) == 5 and 1 or 0,",
    replacement: "1,",
  },
  {
    name: "a duplicate is believed without the store",
    file: "packages/cache/src/events/apply-step.ts",
    line: 'if (before !== known || (await isPresent(store, matchId, before))) return { outcome: "no_step", before };',
    replacement: 'return { outcome: "no_step", before };',
  },
  {
    name: "memory keeps what was read across a gap",
    file: `${L1}/l1-reader.ts`,
    line: "const isTrusted = trustedBefore && coherence.trusted && coherence.generation === generation;",
    replacement: "const isTrusted = trustedBefore && coherence.trusted;",
  },
  {
    name: "memory keeps what a message has overtaken on its way",
    file: `${L1}/l1-reader.ts`,
    line: "if (isTrusted && includesAll(snapshot, reading)) cache.hold(key, snapshot, now(), readAt);",
    replacement: "if (isTrusted) cache.hold(key, snapshot, now(), readAt);",
  },
  {
    name: "a change that forbids is treated like any other",
    file: `${L1}/l1-reader.ts`,
    line: "if (forbids || (epoch !== undefined && cache.isOfOtherEpoch(matchId, epoch))) cache.forget(matchId);",
    replacement: "if (epoch !== undefined && cache.isOfOtherEpoch(matchId, epoch)) cache.forget(matchId);",
  },
  {
    name: "a gap leaves memory current",
    file: `${L1}/snapshot-cache.ts`,
    line: "for (const held of this.#held.values()) outdated(held, provenAt);",
    replacement: "void provenAt;",
  },
  {
    name: "a change leaves memory current",
    file: `${L1}/snapshot-cache.ts`,
    line: "for (const key of match.keys) outdated(this.#held.get(key), at);",
    replacement: "void at;",
  },
  {
    name: "a lapse of trust begins no new generation",
    file: `${L1}/coherence.ts`,
    line: "if (!this.trusted) this.#generation++;",
    replacement: "",
  },
  {
    name: "what was kept from before a lapse of trust is current again",
    file: `${L1}/coherence.ts`,
    line: "if (this.#trust && !this.trusted) this.#listener.onGap();",
    replacement: "",
  },
  {
    name: "trust goes by the clock that stands while the process is suspended",
    file: `${L1}/coherence.ts`,
    line: "return monotonic() < at + leaseMs && wallNow < wall + leaseMs && wallNow >= wall - SET_BACK_MS;",
    replacement: "void wallNow; void wall; return monotonic() < at + leaseMs;",
  },
  {
    name: "an echo from before a gap proves what came after it",
    file: `${L1}/coherence.ts`,
    line: "this.#sent.clear();",
    replacement: "",
  },
  {
    name: "trust never runs out",
    file: `${L1}/coherence.ts`,
    line: "if (!moment) return false;",
    replacement: "return moment !== undefined;",
  },
  {
    name: "a master that refuses writes is believed",
    file: `${L1}/master-proof.ts`,
    line: 'if (this.#isRefused) return "store_isolated";',
    replacement: "",
  },
  {
    name: "a match of another history is believed",
    file: `${L1}/master-proof.ts`,
    line: 'if (!this.#isProven(history)) return "history_unproven";',
    replacement: "",
  },
  {
    name: "a master that stood still is believed at once",
    file: `${L1}/master-proof.ts`,
    line: "else if (this.#histories && !this.#isRecent()) await (this.#proving ??= this.#proveAnew());",
    replacement: "",
  },
];
