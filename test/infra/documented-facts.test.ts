import { readFileSync } from "node:fs";
import { EMPTY_STATE, FACT_NAMES, type FactName, factsOf } from "@touchline/domain";
import { statesOf } from "@touchline/feeds/testing";
import { expect, it } from "vitest";

const ROW = /^\| `(?<fact>[^`]+)` *\| (?<type>[^|]+?) *\| `(?<example>[^`]+)` *\| (?<changes>[^|]+?) *\|$/;

const rows = readFileSync(new URL("../../docs/facts.md", import.meta.url), "utf8")
  .split("\n")
  .flatMap((line) => {
    const { fact = "", type = "", example = "" } = ROW.exec(line)?.groups ?? {};
    return fact === "" ? [] : [{ fact: fact as FactName, type, example: JSON.parse(example) as unknown }];
  });

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value === "boolean") return "yes/no";
  return typeof value === "string" ? "text" : typeof value;
}

function allows(type: string, value: unknown): boolean {
  return type === "any" || (value === null ? type.endsWith("?") : type.replace("?", "") === kindOf(value));
}

it("the table of facts has every fact there is, in the order of the code", () => {
  expect(rows.map(({ fact }) => fact)).toEqual(FACT_NAMES);
});

it("the table of facts says which types they have: of its own examples, and of every value of a real match", () => {
  const facts = [EMPTY_STATE, ...statesOf("demo.ndjson").map(({ state }) => state)].map(factsOf);
  const wrong = rows.flatMap(({ fact, type, example }) =>
    [example, ...facts.map((values) => values[fact])]
      .filter((value) => !allows(type, value))
      .map((value) => `${fact}: ${JSON.stringify(value)} is no ${type}`),
  );
  expect([...new Set(wrong)]).toEqual([]);
});
