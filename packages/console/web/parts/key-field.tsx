import { apiKey, keepKey } from "../state/key.ts";

/** Where a writer's key is typed. Without configured keys none is needed. */
export function KeyField() {
  return (
    <label class="field">
      <span>API key</span>
      <input
        type="password"
        autocomplete="off"
        placeholder="none needed without API_KEYS"
        value={apiKey.value}
        onInput={(event) => keepKey(event.currentTarget.value)}
      />
    </label>
  );
}
