import type { ExplainAnswer } from "@touchline/contract";
import { duration, timeOfDay, withLocalTimes } from "../state/words.ts";

type Step = ExplainAnswer["chain"][number];

interface ChainProps {
  readonly chain: readonly Step[];
  /** The moment that is explained. */
  readonly at: string;
  /** Until when the prediction is promised. */
  readonly freshUntil: string | null;
}

/** Each step has a lane of its own colour: what happened, what is needed, what was done. */
const LANES: Readonly<Record<string, string>> = {
  event: "cause",
  facts: "cause",
  market: "need",
  requirement: "need",
  job: "work",
  commit: "work",
  settlement: "work",
};

/** The chain as a line of time: a stop for each step, and the time that passed between them. */
export function Chain({ chain, at, freshUntil }: ChainProps) {
  const times = chain.map((step) => (step.at === null ? undefined : Date.parse(step.at)));
  return (
    <ol class="chain">
      {chain.map((step, index) => (
        <li key={`${step.step}-${index}`} class={`stop stop-${LANES[step.step] ?? "work"}`}>
          <span class="stop-gap">{gapWords(times, index)}</span>
          <span class="stop-dot" aria-hidden="true" />
          <div>
            <p class="stop-name">
              <b>{step.step}</b>
              <time>{times[index] === undefined ? "" : timeOfDay(times[index])}</time>
            </p>
            <p>{withLocalTimes(step.words)}</p>
          </div>
        </li>
      ))}
      <li class="stop stop-now">
        <span class="stop-gap" />
        <span class="stop-dot" aria-hidden="true" />
        <div>
          <p class="stop-name">
            <b>now</b>
            <time>{timeOfDay(Date.parse(at))}</time>
          </p>
          {freshUntil !== null && <p>Promised until {timeOfDay(Date.parse(freshUntil))}.</p>}
        </div>
      </li>
    </ol>
  );
}

/** The time since the step before it, where both are known and it is worth saying. */
function gapWords(times: readonly (number | undefined)[], index: number): string {
  const at = times[index];
  const before = times.slice(0, index).findLast((time) => time !== undefined);
  if (at === undefined || before === undefined || at <= before) return "";
  return `+${duration(at - before)}`;
}
