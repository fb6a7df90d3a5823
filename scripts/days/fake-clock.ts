import type { TestDay } from "./test-day.ts";

/**
 * What has a program, and all that it starts, begin on another day. The clock is set by an offset, so that processes
 * that start later agree, and it runs. Clocks that never go back are left alone, for timers go by them.
 * @param library path of libfaketime @param now the real wall clock, milliseconds
 */
export function fakeClock(library: string, { startsAt, zone }: TestDay, now: number): Record<string, string> {
  const seconds = (startsAt - now) / 1000;
  return {
    // Redis brings an allocator that asks for the time before the library is ready. The one of libc does not.
    LD_PRELOAD: `${library} libc.so.6`,
    FAKETIME: `${seconds < 0 ? "" : "+"}${seconds.toFixed(3)}`,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: zone,
    // By which the tests know that all of this has worked.
    TOUCHLINE_TEST_DAY: new Date(startsAt).toISOString(),
  };
}
