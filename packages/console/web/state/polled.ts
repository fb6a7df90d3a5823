import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ask } from "./api.ts";

/**
 * What the path answers, asked again every `everyMs` while the page is shown; keeps the last answer through an outage.
 */
export function usePolled<Body>(path: string | undefined, everyMs: number): Signal<Body | undefined> {
  const answer = useSignal<Body | undefined>(undefined);
  useEffect(() => {
    if (path === undefined) return undefined;
    const stopped = new AbortController();
    const run = async (): Promise<void> => {
      while (!stopped.signal.aborted) {
        try {
          if (!document.hidden) answer.value = (await ask<Body>(path, { signal: stopped.signal })).body;
        } catch {
          // The page's head says when the service is gone.
        }
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
    };
    void run();
    return () => stopped.abort();
  }, [path, everyMs]);
  return answer;
}
