import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isThere, readCompose, readText, readYaml, ROOT, serviceOf } from "./installation.ts";

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string; datasource: { uid: string } }[];
}

interface Dashboard {
  uid: string;
  panels: Panel[];
}

const FOLDER = "infra/grafana/dashboards";
const compose = readCompose();
const [source] = (
  readYaml("infra/grafana/provisioning/datasources/prometheus.yml") as { datasources: { uid: string; url: string }[] }
).datasources;
const dashboards = readdirSync(join(ROOT, FOLDER)).map((file): [string, Dashboard] => [
  file,
  JSON.parse(readText(`${FOLDER}/${file}`)) as Dashboard,
]);

/** Metric → its labels, as docs/metrics.md lists them; of several services, those of all. */
const listed = new Map<string, Set<string>>();
for (const [, name = "", labels = ""] of readText("docs/metrics.md").matchAll(
  /`(touchline_\w+)`(?: \{((?:`\w+`(?:, )?)+)\})?/g,
)) {
  const known = listed.get(name) ?? new Set();
  for (const [, label = ""] of labels.matchAll(/`(\w+)`/g)) known.add(label);
  listed.set(name, known);
}
/** What Prometheus itself and the buckets of a histogram add to every metric. */
const GIVEN_LABELS = ["job", "instance", "le"];
const ownMetric = (name: string): boolean => !/^touchline_(nodejs|process)_/.test(name);

describe("Grafana", () => {
  it("asks the Prometheus of the same installation, over a network that both are on", () => {
    const url = new URL(source?.url ?? "");
    expect(serviceOf(compose, "grafana").networks).toEqual(
      expect.arrayContaining(serviceOf(compose, url.hostname).networks),
    );
    const [port] = serviceOf(compose, url.hostname).ports;
    expect(port).toMatch(new RegExp(`:${url.port}$`));
  });

  it("finds what is provisioned where compose mounts it", () => {
    const { volumes } = serviceOf(compose, "grafana");
    const [provider] = (
      readYaml("infra/grafana/provisioning/dashboards/touchline.yml") as { providers: { options: { path: string } }[] }
    ).providers;
    expect(volumes).toContain(`./${FOLDER}:${provider?.options.path}:ro`);
    expect(volumes).toContain("./infra/grafana/provisioning:/etc/grafana/provisioning:ro");
  });
});

describe.each(dashboards)("the dashboard %s", (file, { uid, panels }) => {
  const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

  it("has panels with names, numbers and places of their own, each explained", () => {
    expect(`${uid}.json`).toBe(file);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const {
      title,
      type,
      description,
      gridPos: { x, y, w, h },
    } of panels) {
      if (type !== "row") expect(description, title).toMatch(/\.$/);
      expect(x + w, title).toBeLessThanOrEqual(24);
      for (let row = y; row < y + h; row++)
        for (let column = x; column < x + w; column++) {
          expect(taken.has(`${row}/${column}`), title).toBe(false);
          taken.add(`${row}/${column}`);
        }
    }
  });

  it("asks the provisioned source", () => {
    for (const { title, targets = [] } of panels)
      for (const { datasource } of targets) expect(datasource.uid, title).toBe(source?.uid);
  });

  it("shows metrics and labels that docs/metrics.md lists", () => {
    expect(queries.length).toBeGreaterThan(20);
    for (const [title, expr] of queries) {
      const names = (expr.match(/touchline_\w+/g) ?? []).filter(ownMetric);
      for (const name of names) {
        const labels = listed.get(name) ?? listed.get(name.replace(/_(bucket|sum|count)$/, ""));
        if (!labels) return expect.fail(`${title}: docs/metrics.md does not list ${name}`);
        const asked = [
          ...[...expr.matchAll(/by \(([\w, ]+)\)/g)].flatMap(([, list = ""]) => list.split(", ")),
          ...[...expr.matchAll(/[{,](\w+)=~?"/g)].map(([, label = ""]) => label),
        ];
        expect([...labels, ...GIVEN_LABELS], `${title}: ${expr}`).toEqual(expect.arrayContaining(asked));
      }
    }
  });

  it("takes rates of counters and shows gauges as they are", () => {
    for (const [title, expr] of queries)
      for (const [, before = "", name = ""] of expr.matchAll(
        /(\w+\()?\b(touchline_\w+?_(?:total|bucket|count|sum))\b/g,
      ))
        expect(before, `${title}: ${name}`).toMatch(/^(rate|increase)\($/);
  });

  it("is the one that opens first", () => {
    const home = serviceOf(compose, "grafana").environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"];
    expect(home).toBe(`/etc/grafana/dashboards/${file}`);
    expect(isThere(`${FOLDER}/${file}`)).toBe(true);
  });
});
