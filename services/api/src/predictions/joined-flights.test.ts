import { describe, expect, it } from "vitest";
import { JoinedFlights } from "./joined-flights.ts";

/** Flights that land when the test says so. */
function airport() {
  const flights: PromiseWithResolvers<number>[] = [];
  const joined = new JoinedFlights<number>();
  return {
    joined,
    flights,
    join: () =>
      joined.join("key", () => {
        const flight = Promise.withResolvers<number>();
        flights.push(flight);
        return flight.promise;
      }),
  };
}

describe("sharing a read", () => {
  it("never gives a caller the answer to a read that was sent before the call", async () => {
    const { join, flights } = airport();
    const early = join();
    const late = join();
    flights[0]?.resolve(1);
    expect(await early).toBe(1);
    flights[1]?.resolve(2);
    expect(await late).toBe(2);
  });

  it("sends two reads for a thousand callers at once", async () => {
    const { join, flights } = airport();
    const callers = Array.from({ length: 1_000 }, async () => join());
    flights[0]?.resolve(1);
    await callers[0];
    expect(flights).toHaveLength(2);
    flights[1]?.resolve(2);
    const answers = await Promise.all(callers);
    expect(answers.filter((answer) => answer === 2)).toHaveLength(999);
  });

  it("sends the next read although the one before failed", async () => {
    const { join, flights } = airport();
    const failing = join();
    const following = join();
    flights[0]?.reject(new Error("gone"));
    await expect(failing).rejects.toThrow("gone");
    flights[1]?.resolve(2);
    expect(await following).toBe(2);
  });

  it("remembers nothing once nobody is under way", async () => {
    const { join, flights, joined } = airport();
    const one = join();
    const two = join();
    flights[0]?.resolve(1);
    await one;
    flights[1]?.resolve(2);
    await two;
    await Promise.resolve();
    expect(joined.size).toBe(0);
  });
});
