import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isThere, readCompose, readText, readYaml, ROOT, serviceOf } from "./installation.ts";

interface ScrapeConfig {
  job_name: string;
  dns_sd_configs: { names: string[]; type: string; port: number }[];
}

interface Alert {
  alert: string;
  expr: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

const config = readYaml("infra/prometheus/prometheus.yml") as { rule_files: string[]; scrape_configs: ScrapeConfig[] };
const rules = readYaml("infra/prometheus/rules.yml") as { groups: { name: string; rules: Alert[] }[] };
const alerts = rules.groups.flatMap((group) => group.rules);
const compose = readCompose();

describe("what Prometheus scrapes", () => {
  it("is every service of ours, found by name so that replicas come and go", () => {
    expect(config.scrape_configs.map((job) => job.job_name).sort()).toEqual([
      "api",
      "edge-purger",
      "tag-manager",
      "worker",
    ]);
    for (const { job_name: job, dns_sd_configs: found } of config.scrape_configs)
      expect(found).toMatchObject([{ names: [job], type: "A" }]);
  });

  it("is the port on which the service answers", () => {
    for (const { job_name: job, dns_sd_configs: found } of config.scrape_configs) {
      const { PORT, HEALTH_PORT } = serviceOf(compose, job).environment;
      expect(String(found[0]?.port), job).toBe(PORT ?? HEALTH_PORT);
    }
  });

  it("can be reached: they share a network", () => {
    const own = serviceOf(compose, "prometheus").networks;
    for (const { job_name: job } of config.scrape_configs)
      expect(serviceOf(compose, job).networks, job).toEqual(expect.arrayContaining(own));
  });

  it("is judged by rules that the container can read", () => {
    expect(serviceOf(compose, "prometheus").volumes).toContain("./infra/prometheus:/etc/prometheus:ro");
    for (const file of config.rule_files) expect(isThere(`infra/prometheus/${file}`), file).toBe(true);
  });
});

describe("promtool", () => {
  it.for([
    ["check", "rules", "infra/prometheus/rules.yml"],
    ["test", "rules", "infra/prometheus/rules.test.yml"],
  ])("%s %s: finds nothing", (args, { skip }) => {
    if (spawnSync("promtool", ["--version"]).error) skip("promtool is not installed");
    const { status, stdout, stderr } = spawnSync("promtool", args, { cwd: ROOT, encoding: "utf8", timeout: 60_000 });
    expect(status, stdout + stderr).toBe(0);
  });
});

describe("alerts", () => {
  const operations = readText("docs/operations.md");

  it("have names of their own, a severity and a summary", () => {
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert, labels, annotations } of alerts) {
      expect(["warning", "critical"], alert).toContain(labels.severity);
      expect(annotations.summary, alert).not.toBe("");
    }
  });

  it.each(alerts.map(({ alert, annotations }) => [alert, annotations.runbook]))(
    "%s says what to do in operations.md",
    (alert, runbook) => {
      expect(runbook).toBe(`docs/operations.md#${alert.toLowerCase()}`);
      expect(operations).toMatch(new RegExp(`^### ${alert}\\n\\n\\S`, "m"));
    },
  );

  it("are each tried while all is well and when they should fire", () => {
    const { tests } = readYaml("infra/prometheus/rules.test.yml") as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const tried = tests.flatMap((test) => test.alert_rule_test);
    for (const { alert } of alerts) {
      const cases = tried.filter(({ alertname }) => alertname === alert);
      expect(
        cases.some((one) => one.exp_alerts.length === 0),
        alert,
      ).toBe(true);
      expect(
        cases.some((one) => one.exp_alerts.length > 0),
        alert,
      ).toBe(true);
    }
  });

  it("are documented only as long as they exist", () => {
    const documented = [...operations.matchAll(/^### (Touchline\w+)$/gm)].map(([, name = ""]) => name);
    expect(documented.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  it("select jobs that are scraped", () => {
    const jobs = config.scrape_configs.map((job) => job.job_name);
    for (const { alert, expr } of alerts)
      for (const [, job] of expr.matchAll(/job="([^"]*)"/g)) expect(jobs, alert).toContain(job);
  });

  it("watch metrics that docs/metrics.md lists", ({ skip }) => {
    if (!isThere("docs/metrics.md")) skip("docs/metrics.md is not written");
    const listed = readText("docs/metrics.md");
    const own = (name: string): boolean => !/^touchline_(nodejs|process)_/.test(name);
    const used = alerts.flatMap(({ expr }) => expr.match(/touchline_\w+/g) ?? []).filter(own);
    for (const name of used) expect(listed).toContain(name.replace(/_(bucket|sum|count)$/, ""));
  });
});
