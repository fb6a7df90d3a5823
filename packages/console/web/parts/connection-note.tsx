import { everReceived, silentSeconds, streamState } from "../state/contact.ts";
import { duration } from "../state/words.ts";

/** Whether what the page shows is live, and if not, how old it is. */
export function ConnectionNote() {
  const seconds = silentSeconds.value;
  if (seconds !== undefined)
    return (
      <p class="contact contact-gone" role="status">
        <i aria-hidden="true" />
        {everReceived.value ? `No answer. What you see is ${duration(seconds * 1000)} old` : "No answer"}
      </p>
    );
  const live = streamState.value === "live";
  return (
    <p class={`contact ${live ? "contact-live" : "contact-wait"}`} role="status">
      <i aria-hidden="true" />
      {live ? "Live" : streamState.value === "connecting" ? "Connecting" : "Reconnecting"}
    </p>
  );
}
