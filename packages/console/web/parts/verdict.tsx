import type { Diagnosis, Finding } from "@touchline/diagnosis";

const WORDS: Readonly<Record<Diagnosis["status"], string>> = {
  well: "All is well",
  watch: "Look at this today",
  trouble: "Act now",
  down: "Act at once",
};

/** The one sentence on top: whether all is well, and if not, what is wrong and what to do. */
export function Verdict({ diagnosis }: { readonly diagnosis: Diagnosis | undefined }) {
  if (!diagnosis) return <section class="verdict verdict-none" aria-label="Whether all is well" aria-busy="true" />;
  const { status, sentence, findings } = diagnosis;
  const [first, ...others] = findings;
  return (
    <section class={`verdict verdict-${status}`} aria-label="Whether all is well" data-status={status}>
      <p class="verdict-sentence" role="status">
        <VerdictMark status={status} />
        <span>
          {status !== "well" && <strong>{WORDS[status]}. </strong>}
          {sentence}
        </span>
      </p>
      {first && <Advice finding={first} />}
      {others.length > 0 && (
        <ul class="verdict-others">
          {others.map((finding) => (
            <li key={finding.code}>
              <p>{finding.sentence}</p>
              <Advice finding={finding} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Advice({ finding }: { readonly finding: Finding }) {
  return (
    <p class="verdict-action">
      {finding.action} <span class="quiet">Runbook: {finding.runbook}</span>
    </p>
  );
}

function VerdictMark({ status }: { readonly status: Diagnosis["status"] }) {
  return (
    <svg class="verdict-mark" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="11" />
      {status === "well" ? <path d="M6.5 12.5l3.6 3.6 7.4-7.6" /> : <path d="M12 5.5v8M12 17.2v1.3" />}
    </svg>
  );
}
