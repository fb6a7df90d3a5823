import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { linesOf, sourcesIn, WORKSPACES } from "./source-files.ts";

const MOST_LINES = 250;
const MOST_MEDIAN_LINES = 100;
const MOST_FILES_SIDE_BY_SIDE = 20;

describe("the source files", () => {
  const sources = sourcesIn(
    ...WORKSPACES.flatMap((workspace) => [`${workspace}/src`, `${workspace}/web`]),
    "bench",
    "scripts",
  );

  it(`have at most ${MOST_LINES} lines`, () => {
    expect(sources.filter((file) => linesOf(file) > MOST_LINES)).toEqual([]);
  });

  it(`have a median of at most ${MOST_MEDIAN_LINES} lines`, () => {
    const sizes = sources.map((file) => linesOf(file)).toSorted((a, b) => a - b);
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MOST_MEDIAN_LINES);
  });

  it(`stand at most ${MOST_FILES_SIDE_BY_SIDE} side by side in a folder`, () => {
    const folders = new Map<string, number>();
    for (const file of sources) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
    expect([...folders].filter(([, files]) => files > MOST_FILES_SIDE_BY_SIDE)).toEqual([]);
  });
});
