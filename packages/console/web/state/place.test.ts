import { describe, expect, it } from "vitest";
import { addressOf, placeOf } from "./place.ts";

describe("an address of the console", () => {
  it("leads back to the place that it was made of", () => {
    expect(placeOf(addressOf.match("cup-1"))).toEqual({ page: "match", matchId: "cup-1" });
    expect(placeOf(addressOf.whatIf("cup-1"))).toEqual({ page: "what-if", matchId: "cup-1" });
    expect(placeOf(addressOf.whatIf())).toEqual({ page: "what-if", matchId: undefined });
    expect(placeOf(addressOf.queues)).toEqual({ page: "queues" });
    expect(placeOf(addressOf.overview)).toEqual({ page: "overview" });
  });

  it("leads to the overview where it means nothing", () => {
    for (const address of ["", "#", "#/match", "#/match/", "#/match/%E0%A4%A", "#/elsewhere/x"])
      expect(placeOf(address)).toEqual({ page: "overview" });
  });
});
