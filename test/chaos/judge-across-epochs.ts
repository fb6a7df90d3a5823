import type { ChangeLog, ReceivedChange } from "../faults/support/change-log.ts";
import { type Observation, type WrongLabel, wrongLabels } from "../faults/support/label-observer.ts";

interface Judgement {
  readonly wrong: readonly WrongLabel[];
  /** Answers during which the epoch did not change. */
  readonly judged: number;
  /** Epochs that the match has had. */
  readonly epochs: number;
}

/** Messages of one epoch, in the order of their numbers, and from when on readers must know of it. */
interface Epoch {
  readonly beganAt: number;
  readonly received: readonly ReceivedChange[];
}

/**
 * Holds answers about one match against what its epochs have said. What an earlier epoch had applied may be lost, so an
 * answer is held against the epoch that was the last one known when the read began; one during which an epoch began is
 * left out.
 * @param logs of every node: a dying one may have reported some of the others only
 */
export function judgeAcrossEpochs(observations: readonly Observation[], logs: readonly ChangeLog[]): Judgement {
  const matchId = observations[0]?.matchId ?? "";
  const epochs = epochsOf(matchId, logs);
  const wrong: WrongLabel[] = [];
  let judged = 0;
  for (const observation of observations) {
    const { beganAt, tookMs } = observation;
    const index = epochs.findLastIndex((epoch) => epoch.beganAt <= beganAt);
    const epoch = epochs[index];
    const next = epochs[index + 1];
    if (!epoch || (next && next.beganAt <= beganAt + tookMs)) continue;
    judged++;
    wrong.push(...wrongLabels([observation], epoch.received));
  }
  return { wrong, judged, epochs: epochs.length };
}

function epochsOf(matchId: string, logs: readonly ChangeLog[]): Epoch[] {
  const byEpoch = new Map<string, Map<number, ReceivedChange>>();
  for (const entry of logs.flatMap(({ received }) => received)) {
    const { change, sentToAllAt } = entry;
    if (change.matchId !== matchId || change.kind === "answered") continue;
    const numbers = byEpoch.get(change.epoch) ?? new Map<number, ReceivedChange>();
    byEpoch.set(change.epoch, numbers);
    // One node may have received it before another one.
    if (sentToAllAt < (numbers.get(change.n)?.sentToAllAt ?? Infinity) || !numbers.has(change.n))
      numbers.set(change.n, entry);
  }
  return [...byEpoch.values()]
    .map((numbers) => {
      const ordered = [...numbers].toSorted(([a], [b]) => a - b).map(([, entry]) => entry);
      return { beganAt: Math.min(...ordered.map(({ sentToAllAt }) => sentToAllAt)), received: ordered };
    })
    .toSorted((a, b) => a.beganAt - b.beganAt);
}
