import { styleText } from "node:util";

/** What a key does while everything runs: trouble to make, and a goal to score. */
export interface DemoKey {
  readonly key: string;
  /** In a few words, for the list of keys. */
  readonly what: string;
  /** @returns what was done, in one line */
  press(): string | Promise<string>;
}

/** `w kill a worker · t freeze the tag-manager · …` */
export function listOfKeys(keys: readonly DemoKey[]): string {
  return keys.map(({ key, what }) => `${styleText("bold", key)} ${what}`).join(" · ");
}

/**
 * Does what is pressed, one key after the other; other keys do nothing.
 * @param channel brings `{ key }` for each key   @param say prints a line
 */
export function onKeys(channel: NodeJS.Process, keys: readonly DemoKey[], say: (line: string) => void): void {
  let busy = false;
  channel.on("message", (message) => {
    const pressed = typeof message === "object" && message !== null && "key" in message ? message.key : undefined;
    const chosen = keys.find(({ key }) => key === pressed);
    if (chosen === undefined || busy) return;
    busy = true;
    void (async () => say(await chosen.press()))()
      .catch((error: unknown) => say(`${chosen.what}: ${error instanceof Error ? error.message : String(error)}`))
      .finally(() => (busy = false));
  });
}

/** Freezes with one press and goes on with the next. @param send sends a signal to what is meant */
export function freezer(key: string, what: string, effect: string, send: (signal: NodeJS.Signals) => void): DemoKey {
  let isFrozen = false;
  return {
    key,
    what: `freeze ${what}`,
    press() {
      isFrozen = !isFrozen;
      send(isFrozen ? "SIGSTOP" : "SIGCONT");
      return isFrozen ? `${what} is frozen: ${effect}. ${key} again: it goes on` : `${what} goes on`;
    },
  };
}
