import { graphFor } from "@touchline/domain";
import { expect, it } from "vitest";
import { knownGraph } from "./known-graph.ts";

it.each(["builtin", "all"] as const)(
  "the kept version of the graph for a predictor that reads %s is its own",
  (kind) => {
    expect(knownGraph(kind).version).toBe(graphFor(kind).version);
    expect(knownGraph(kind).reads).toBe(graphFor(kind).reads);
  },
);
