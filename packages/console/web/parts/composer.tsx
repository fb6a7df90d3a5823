import type { Signal } from "@preact/signals";
import type { ListedMatch } from "@touchline/contract";
import { type Composed, PLAYED_PERIODS } from "../state/composed-event.ts";
import { eventTypes, sidedTypes } from "../state/known-names.ts";
import { eventWords, periodWords } from "../state/words.ts";

interface ComposerProps {
  readonly composed: Signal<Composed>;
  readonly matches: readonly ListedMatch[];
  readonly onTry: () => void;
}

/** The types that are tried most, first in the list. */
const USUAL = ["goal", "red_card", "penalty_awarded", "corner", "yellow_card", "substitution", "period_end"];

/** The form in which an event is composed. */
export function Composer({ composed, matches, onTry }: ComposerProps) {
  const { matchId, type, team, period, minute, more } = composed.value;
  const set = (change: Partial<Composed>): void => void (composed.value = { ...composed.value, ...change });
  const usual = USUAL.filter((each) => eventTypes.includes(each));
  const others = eventTypes.filter((each) => !usual.includes(each)).toSorted();
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        onTry();
      }}
    >
      <label class="field field-wide">
        <span>Match</span>
        <select value={matchId} onChange={(event) => set({ matchId: event.currentTarget.value })}>
          {!matches.some((match) => match.matchId === matchId) && <option value={matchId}>{matchId || "…"}</option>}
          {matches.map((match) => (
            <option key={match.matchId} value={match.matchId}>
              {match.home ?? "?"} – {match.away ?? "?"} ({match.status})
            </option>
          ))}
        </select>
      </label>
      <label class="field field-wide">
        <span>Event</span>
        <select value={type} onChange={(event) => set({ type: event.currentTarget.value })}>
          <optgroup label="Usual">
            {usual.map((each) => (
              <option key={each} value={each}>
                {eventWords(each)}
              </option>
            ))}
          </optgroup>
          <optgroup label="All others">
            {others.map((each) => (
              <option key={each} value={each}>
                {eventWords(each)}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
      {sidedTypes.includes(type) && (
        <fieldset class="field field-wide choice">
          <legend>Side</legend>
          {(["home", "away"] as const).map((side) => (
            <label key={side}>
              <input type="radio" name="side" checked={team === side} onChange={() => set({ team: side })} />
              {side}
            </label>
          ))}
        </fieldset>
      )}
      <label class="field">
        <span>Period</span>
        <select value={period} onChange={(event) => set({ period: event.currentTarget.value })}>
          {PLAYED_PERIODS.map((each) => (
            <option key={each} value={each}>
              {periodWords(each)}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>Minute</span>
        <input
          type="number"
          min="0"
          max="150"
          value={minute}
          onInput={(event) => set({ minute: event.currentTarget.valueAsNumber || 0 })}
        />
      </label>
      <label class="field field-wide">
        <span>More fields, as JSON</span>
        <textarea
          rows={2}
          spellcheck={false}
          placeholder={'{ "payload": { "player": "…" } }'}
          value={more}
          onInput={(event) => set({ more: event.currentTarget.value })}
        />
      </label>
      <button type="submit" class="primary" disabled={matchId === ""}>
        Try it
      </button>
    </form>
  );
}
