import { describe, expect, it } from "vitest";
import { isKnownTo } from "./etag.ts";
import { requestDirectives } from "./request-directives.ts";

describe("what a reader's Cache-Control asks", () => {
  it.each([
    [undefined, { noCache: false, maxStaleSeconds: undefined, onlyIfCached: false }],
    ["no-cache", { noCache: true, maxStaleSeconds: undefined, onlyIfCached: false }],
    ["Max-Stale=30, only-if-cached", { noCache: false, maxStaleSeconds: 30, onlyIfCached: true }],
    ["max-stale", { noCache: false, maxStaleSeconds: Infinity, onlyIfCached: false }],
    ["max-stale=lots, , =, no-store", { noCache: false, maxStaleSeconds: Infinity, onlyIfCached: false }],
  ])("%s", (header, expected) => {
    expect(requestDirectives(header)).toEqual(expected);
  });
});

describe("If-None-Match", () => {
  it.each([
    [undefined, false],
    ['"a"', true],
    ['"b", W/"a"', true],
    ["*", true],
    ['"b"', false],
    ["a", false],
  ])("%s", (header, known) => {
    expect(isKnownTo(header, '"a"')).toBe(known);
  });
});
