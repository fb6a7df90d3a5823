/** What sets the wall clock and the zone of a process, where the tests are run as if on another day. */
const NAMES = ["LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC", "TZ"];

/** For processes that get an environment of their own: they live on the same day as the test. */
export function clockSettings(): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
