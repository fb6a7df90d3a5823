import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ExplainAnswer } from "@touchline/contract";
import { ask, failureWords } from "../state/api.ts";
import { marketName, wordsOf } from "../state/known-names.ts";
import type { Tile } from "../state/market-board.ts";
import { percent, withLocalTimes } from "../state/words.ts";
import { Chain } from "./chain.tsx";
import { OutcomeHistory } from "./outcome-history.tsx";
import { Status } from "./status.tsx";

interface ExplainDialogProps {
  readonly matchId: string;
  readonly market: string;
  readonly tile: Signal<Tile> | undefined;
  /** A change of the match asks again. */
  readonly version: number;
  readonly onClose: () => void;
}

/** Why a market is as it is: the chain from the event to the commit, drawn. */
export function ExplainDialog({ matchId, market, tile, version, onClose }: ExplainDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const explained = useSignal<ExplainAnswer | undefined>(undefined);
  const problem = useSignal<string | undefined>(undefined);
  const { status, outcomes, freshUntil } = tile?.value ?? {};
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const stopped = new AbortController();
    const path = `v1/matches/${encodeURIComponent(matchId)}/markets/${encodeURIComponent(market)}/explain?limit=50`;
    ask<ExplainAnswer>(path, { signal: stopped.signal }).then(
      ({ body }) => {
        explained.value = body;
        problem.value = undefined;
      },
      (error: unknown) => {
        if (!stopped.signal.aborted) problem.value = failureWords(error);
      },
    );
    return () => stopped.abort();
  }, [matchId, market, version, status]);
  const answer = explained.value;
  return (
    <dialog
      ref={dialog}
      class="explain"
      aria-labelledby="explain-title"
      onClose={onClose}
      onClick={(event) => {
        // A click on the backdrop is a click on the dialog itself.
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="explain-body">
        <header class="explain-head">
          <div>
            <p class="quiet">{answer ? wordsOf(answer.category) : " "}</p>
            <h2 id="explain-title">{marketName(market)}</h2>
          </div>
          <button type="button" class="close" onClick={() => dialog.current?.close()}>
            Close
          </button>
        </header>
        {answer && (
          <p class="explain-verdict">
            <Status status={answer.verdict.status} />
            <span>{withLocalTimes(answer.verdict.words)}</span>
          </p>
        )}
        {problem.value !== undefined && <p role="alert">{problem.value}</p>}
        {outcomes && <OutcomeTable outcomes={outcomes} />}
        {tile && <OutcomeHistory tile={tile} />}
        {answer && (
          <>
            <h3>How it came to that</h3>
            <Chain chain={answer.chain} at={answer.at} freshUntil={freshUntil ?? null} />
            <h3>What it reads</h3>
            <Reads reads={answer.reads} />
          </>
        )}
      </div>
    </dialog>
  );
}

function OutcomeTable({ outcomes }: { readonly outcomes: NonNullable<Tile["outcomes"]> }) {
  return (
    <ul class="outcome-table">
      {Object.entries(outcomes).map(([outcome, value]) => (
        <li key={outcome}>
          <span>{wordsOf(outcome)}</span>
          <b>{value === null ? "–" : `${percent(value)} %`}</b>
          <span class="bar" aria-hidden="true">
            <span style={{ width: `${Math.min(1, value ?? 0) * 100}%` }} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Reads({ reads }: { readonly reads: ExplainAnswer["reads"] }) {
  const list = (facts: ExplainAnswer["reads"]["hard"]): string =>
    facts.length === 0
      ? "none"
      : facts
          .map(({ fact, version }) => `${wordsOf(fact)} (${version === null ? "never changed" : `version ${version}`})`)
          .join(", ");
  return (
    <dl class="reads">
      <dt>Suspend it when they change</dt>
      <dd>{list(reads.hard)}</dd>
      <dt>Make it stale when they change</dt>
      <dd>{list(reads.soft)}</dd>
    </dl>
  );
}
