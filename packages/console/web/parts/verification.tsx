import type { VerificationAnswer } from "@touchline/contract";
import { counted, timeOfDay } from "../state/words.ts";

const LISTED = 8;

/** How surely events leave alone only what they do not change. */
export function Verification({ found }: { readonly found: VerificationAnswer }) {
  const { comparisons, misses, since, examples, markets, facts } = found;
  return (
    <section aria-labelledby="verification-title">
      <h2 id="verification-title">What events left alone</h2>
      {comparisons === 0 || since === null ? (
        <p class="empty">No price that an event left alone has been compared yet.</p>
      ) : (
        <>
          <p class={misses > 0 ? "verification concern" : "verification"}>
            {`${misses > 0 ? "⚠ " : ""}${counted(comparisons, "comparison", "comparisons")} since ${dayAndTime(since)}, `}
            {`${counted(misses, "miss", "misses")}: at most ${share(found.missRateBound)} are missed, with 95 % confidence.`}
            {misses > 0 &&
              ` Since the last miss: ${found.sinceLastMiss.comparisons}, at most ${share(found.sinceLastMiss.missRateBound)}.`}
          </p>
          {examples.slice(0, 3).map(({ at, market, matchId, event, facts: read }) => (
            <p class="verification-miss" key={`${at} ${market} ${matchId}`}>
              {`${timeOfDay(Date.parse(at))} ${market} of ${matchId}: ${event.type} changed ${read.join(", ")}`}
            </p>
          ))}
          <details>
            <summary>By market and by fact</summary>
            <Compared title="Market" rows={markets.map(({ market, ...row }) => ({ name: market, ...row }))} />
            <Compared title="Changed fact" rows={facts.map(({ fact, ...row }) => ({ name: fact, ...row }))} />
          </details>
        </>
      )}
    </section>
  );
}

interface Row {
  readonly name: string;
  readonly comparisons: number;
  readonly misses: number;
  readonly missRateBound: number;
}

function Compared({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  return (
    <table class="compared">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col">Compared</th>
          <th scope="col">Misses</th>
          <th scope="col">At most</th>
        </tr>
      </thead>
      <tbody>
        {rows.slice(0, LISTED).map(({ name, comparisons, misses, missRateBound }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{comparisons}</td>
            <td>{misses}</td>
            <td>{share(missRateBound)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function share(value: number): string {
  return `${(100 * value).toPrecision(2)} %`;
}

function dayAndTime(iso: string): string {
  return new Date(iso).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" });
}
