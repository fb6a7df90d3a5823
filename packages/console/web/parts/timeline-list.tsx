import { memo } from "preact/compat";
import { wordsOf } from "../state/known-names.ts";
import { addressOf } from "../state/place.ts";
import type { TimelineEntry } from "../state/timeline.ts";
import { counted, duration, eventWords, timeOfDay } from "../state/words.ts";

interface TimelineListProps {
  readonly entries: readonly TimelineEntry[];
  readonly shown: number;
  /** Name of the match, where events of several are listed. */
  readonly nameOf?: ((matchId: string) => string) | undefined;
}

/** Events, newest first: what each touched and left alone, and how long until fresh. */
export function TimelineList({ entries, shown, nameOf }: TimelineListProps) {
  return (
    <ol class="timeline" aria-label="Events, newest first">
      {entries.slice(0, shown).map((entry) => (
        <Entry key={entry.key} entry={entry} match={nameOf?.(entry.matchId)} />
      ))}
    </ol>
  );
}

/** Entries are replaced, never changed. */
const Entry = memo(({ entry, match }: { readonly entry: TimelineEntry; readonly match: string | undefined }) => {
  const { type, team, minute, at, changed, touched, hard, settled, reopened, leftAlone, refresh } = entry;
  const all = touched.length + settled.length + leftAlone;
  return (
    <li class={`entry entry-${kindOf(entry)}`}>
      <span class="entry-when">{minute === undefined ? "" : `${minute}′`}</span>
      <div class="entry-what">
        <p class="entry-title">
          <strong>{eventWords(type)}</strong>
          {team && <span> · {team}</span>}
          {match !== undefined && (
            <a class="entry-match" href={addressOf.match(entry.matchId)}>
              {match}
            </a>
          )}
          <time class="entry-time">{at === undefined ? "" : timeOfDay(at)}</time>
        </p>
        {all > 0 && (
          <span class="share" aria-hidden="true">
            <i class="share-hard" style={{ flexGrow: hard }} />
            <i class="share-soft" style={{ flexGrow: touched.length - hard }} />
            <i class="share-settled" style={{ flexGrow: settled.length }} />
            <i class="share-alone" style={{ flexGrow: leftAlone }} />
          </span>
        )}
        <p class="entry-effect">
          {[
            touched.length === 0 ? "touched nothing" : `${touched.length} touched`,
            hard > 0 && `${hard} suspended`,
            settled.length > 0 && `${settled.length} settled`,
            reopened > 0 && `${reopened} reopened`,
            leftAlone > 0 && `${leftAlone} left alone`,
          ]
            .filter(Boolean)
            .join(" · ")}
          {touched.length > 0 && (
            <strong class="entry-fresh">
              {refresh
                ? refresh.freshMs === undefined
                  ? "fresh"
                  : `fresh after ${duration(refresh.freshMs)}`
                : "not fresh yet"}
            </strong>
          )}
        </p>
        {changed.length > 0 && (
          <p class="entry-facts">
            {changed.map(wordsOf).join(", ")}
            {refresh &&
              refresh.markets > 0 &&
              ` → refresh ${refresh.number ?? ""} moved ${counted(refresh.markets, "market")}`}
          </p>
        )}
      </div>
    </li>
  );
});

function kindOf({ type, hard, touched }: TimelineEntry): string {
  if (type === "goal" || type === "penalty_taken") return "goal";
  if (hard > 0) return "hard";
  return touched.length > 0 ? "soft" : "none";
}
