import type { ImpactAnswer } from "@touchline/contract";
import { marketName, wordsOf } from "../state/known-names.ts";
import { counted } from "../state/words.ts";

/** What an event would change, touch, settle and leave alone. */
export function ImpactView({ impact }: { readonly impact: ImpactAnswer }) {
  const { outcome, changed, touched, settled, reopened, preserved, openMarkets, primitives, offerChanged } = impact;
  const hard = touched.filter(({ severity }) => severity === "hard");
  const soft = touched.filter(({ severity }) => severity === "soft");
  if (outcome === "duplicate")
    return <p class="lead">Nothing: the match's log has this event already, in this revision or a higher one.</p>;
  return (
    <div class="impact">
      <p class="lead">
        It would touch <b>{touched.length}</b> of {counted(openMarkets, "open market")}, suspend <b>{hard.length}</b> of
        them until they are predicted anew, settle <b>{settled.length}</b> and leave <b>{preserved.count}</b> alone.
      </p>
      <span class="share share-tall" aria-hidden="true">
        <i class="share-hard" style={{ flexGrow: hard.length }} />
        <i class="share-soft" style={{ flexGrow: soft.length }} />
        <i class="share-settled" style={{ flexGrow: settled.length }} />
        <i class="share-alone" style={{ flexGrow: preserved.count }} />
      </span>
      {changed.length > 0 && (
        <>
          <h3>Facts that change</h3>
          <ul class="facts">
            {changed.map(({ fact, before, after }) => (
              <li key={fact}>
                <b>{wordsOf(fact)}</b> <code>{short(before)}</code> → <code>{short(after)}</code>
              </li>
            ))}
          </ul>
        </>
      )}
      <Markets title="Suspended until predicted anew" ids={hard.map(({ market }) => market)} kind="suspended" />
      <Markets title="Stale until predicted anew" ids={soft.map(({ market }) => market)} kind="stale" />
      <Markets title="Settled" ids={settled.map(({ market }) => market)} kind="settled" />
      <Markets title="Opened again" ids={reopened} kind="stale" />
      <Markets title="With another offer" ids={offerChanged.map(({ market }) => market)} kind="stale" />
      <Markets title="Left alone" ids={preserved.markets} kind="fresh" />
      {primitives.length > 0 && (
        <p class="quiet">
          The refresh would compute {primitives.map(wordsOf).join(", ")}, if every variant had recent access.
        </p>
      )}
    </div>
  );
}

interface MarketsProps {
  readonly title: string;
  readonly ids: readonly string[];
  readonly kind: string;
}

function Markets({ title, ids, kind }: MarketsProps) {
  if (ids.length === 0) return null;
  return (
    <details open={kind !== "fresh"} class="impact-group">
      <summary>
        {title} <span class="quiet">{ids.length}</span>
      </summary>
      <ul class={`market-names market-names-${kind}`}>
        {ids.map((id) => (
          <li key={id}>{marketName(id)}</li>
        ))}
      </ul>
    </details>
  );
}

const MAX_SHOWN = 60;

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
