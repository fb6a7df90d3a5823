import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DeadLettersAnswer, ListedDeadLetter } from "@touchline/contract";
import { ask, failureWords } from "../state/api.ts";
import { apiKey } from "../state/key.ts";
import { timeOfDay } from "../state/words.ts";
import { KeyField } from "./key-field.tsx";

interface Published {
  readonly removed: boolean;
  readonly events: {
    readonly results: readonly {
      readonly problem?: { readonly errors?: readonly { readonly path: string; readonly message: string }[] };
    }[];
  } | null;
}

/** Jobs that could never succeed, in words, each with what can be done. @param count how many there are: a change reads them */
export function DeadLetters({ count }: { readonly count: number }) {
  const answer = useSignal<DeadLettersAnswer | undefined>(undefined);
  const note = useSignal("");
  const read = (): void =>
    void ask<DeadLettersAnswer>("v1/dead-letters?limit=50").then(
      ({ body }) => (answer.value = body),
      (error: unknown) => (note.value = failureWords(error)),
    );
  useEffect(read, [count]);
  const run = (what: () => Promise<string>): void =>
    void what().then(
      (words) => {
        note.value = words;
        read();
      },
      (error: unknown) => (note.value = failureWords(error)),
    );
  const pathOf = (letter: ListedDeadLetter): string => `v1/dead-letters/${encodeURIComponent(letter.id)}`;
  const publish = (letter: ListedDeadLetter, data: string): void =>
    run(async () => {
      if (data !== JSON.stringify(letter.data, null, 2)) {
        await ask("v1/events", { method: "POST", body: data, key: apiKey.value });
        await ask(pathOf(letter), { method: "DELETE", key: apiKey.value });
        return "The corrected event was taken, and the letter removed.";
      }
      const { body } = await ask<Published>(`${pathOf(letter)}/publish`, { method: "POST", key: apiKey.value });
      if (body.removed) return "It was published again, and the letter removed.";
      const rules = body.events?.results.flatMap(({ problem }) => problem?.errors ?? []) ?? [];
      return `It is still refused: ${rules.map(({ path, message }) => `${path} ${message}`).join("; ")}. Correct it first.`;
    });
  const remove = (letter: ListedDeadLetter): void =>
    run(async () => {
      await ask(pathOf(letter), { method: "DELETE", key: apiKey.value });
      return "The letter was removed.";
    });
  const letters = answer.value?.letters ?? [];
  return (
    <section aria-labelledby="letters-title">
      <h2 id="letters-title">Dead letters</h2>
      <p role="status" class={note.value === "" ? "visually-hidden" : "problem"}>
        {note.value}
      </p>
      {letters.length === 0 ? (
        <p class="empty">No job was refused for good.</p>
      ) : (
        <>
          <form onSubmit={(event) => event.preventDefault()}>
            <KeyField />
          </form>
          <ul class="letters">
            {letters.map((letter) => (
              <Letter key={letter.id} letter={letter} onPublish={publish} onRemove={remove} />
            ))}
          </ul>
          {(answer.value?.total ?? 0) > letters.length && (
            <p class="quiet">{answer.value?.total} in all; the newest are shown.</p>
          )}
        </>
      )}
    </section>
  );
}

interface LetterProps {
  readonly letter: ListedDeadLetter;
  readonly onPublish: (letter: ListedDeadLetter, data: string) => void;
  readonly onRemove: (letter: ListedDeadLetter) => void;
}

function Letter({ letter, onPublish, onRemove }: LetterProps) {
  const data = useSignal(JSON.stringify(letter.data, null, 2));
  return (
    <li class="card letter">
      <p>{letter.words}</p>
      <p class="quiet">
        {letter.queue} · {timeOfDay(Date.parse(letter.failedAt))}
      </p>
      <details>
        <summary>Its data</summary>
        <textarea
          rows={8}
          spellcheck={false}
          aria-label="Data of the job"
          value={data.value}
          onInput={(event) => (data.value = event.currentTarget.value)}
        />
      </details>
      <p class="letter-do">
        <button type="button" onClick={() => onPublish(letter, data.value)}>
          Publish again
        </button>
        <button type="button" class="quiet-button" onClick={() => onRemove(letter)}>
          Remove
        </button>
      </p>
    </li>
  );
}
