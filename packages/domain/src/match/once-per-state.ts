import type { MatchState } from "./match-state.ts";

/**
 * `work`, done once for each state. States never change, and one event asks the state before it and the one after it
 * the same questions on behalf of every market. Forgotten with the state.
 */
export function oncePerState<Result>(work: (state: MatchState) => Result): (state: MatchState) => Result {
  const done = new WeakMap<MatchState, { readonly result: Result }>();
  return (state) => {
    const known = done.get(state);
    if (known) return known.result;
    const result = work(state);
    done.set(state, { result });
    return result;
  };
}
