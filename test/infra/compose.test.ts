import { describe, expect, it } from "vitest";
import { bytesOf, composeVariables, isThere, readCompose, readText, serviceOf } from "./installation.ts";

const compose = readCompose();
const names = Object.keys(compose.services);
const OWN = ["api", "tag-manager", "worker", "edge-purger"];
/** Run with a profile alone. */
const OPTIONAL = ["edge-purger", "grafana", "varnish"];
const REDIS = ["redis-queue", "redis-store"];

describe("the compose file", () => {
  it("runs the services, Redis once for each role, and Prometheus; Grafana and a shared cache only when asked for", () => {
    expect(names.sort()).toEqual([...new Set([...OWN, ...OPTIONAL]), ...REDIS, "prometheus"].sort());
    const optional = names.filter((name) => serviceOf(compose, name).profiles.length > 0);
    expect(optional).toEqual(OPTIONAL);
  });

  it.each(OWN)("starts %s from a file that exists", (name) => {
    const [program, file = ""] = serviceOf(compose, name).command;
    expect(program).toBe("node");
    expect(isThere(file), file).toBe(true);
  });

  it("names every image with a tag that is not latest", () => {
    for (const name of names) {
      const { image } = serviceOf(compose, name);
      expect(image, name).toMatch(/:[^/]+$/);
      expect(image, name).not.toMatch(/:latest$/);
    }
  });

  it("mounts only files that exist and volumes that are declared", () => {
    for (const name of names)
      for (const volume of serviceOf(compose, name).volumes) {
        const [source = ""] = volume.split(":");
        if (source.startsWith("./")) expect(isThere(source), volume).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
  });
});

describe("secrets", () => {
  const variables = composeVariables();

  it.each(["API_KEYS", "ADMIN_PASSWORD", "REDIS_PASSWORD"])("refuses to start without %s", (name) => {
    expect(variables.get(name)).toMatch(/^:\?/);
  });

  it("come from the environment and are never written down", () => {
    for (const name of names)
      for (const [variable, value] of Object.entries(serviceOf(compose, name).environment))
        if (/PASSWORD|KEYS|AUTH/.test(variable)) expect(value, `${name} ${variable}`).toMatch(/^\$\{\w+:\?[^}]*\}$/);
  });

  it("have empty places in .env.example, which names every variable there is", () => {
    const example = new Map(
      [...readText(".env.example").matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect([...example.keys()].sort()).toEqual([...variables.keys()].sort());
    for (const [name, use] of variables)
      expect(example.get(name), name).toBe(use.startsWith(":?") ? "" : use.replace(/^:-/, ""));
  });

  it("reach Redis over standard input, not over its command line", () => {
    for (const name of REDIS) {
      const command = serviceOf(compose, name).command.join("\n");
      expect(command).toContain("exec redis-server - <<END");
      expect(command).not.toMatch(/--requirepass/);
    }
  });
});

describe("scaling a worker", () => {
  it.each(["worker", "tag-manager"])("is not hindered by a fixed name or port of %s", (name) => {
    const service = serviceOf(compose, name);
    expect(service.container_name).toBeUndefined();
    expect(service.ports).toEqual([]);
  });
});

describe("what can go wrong stays small", () => {
  it("limits the memory and the processors of every container", () => {
    for (const name of names)
      expect(bytesOf(serviceOf(compose, name).deploy.resources.limits.memory), name).toBeGreaterThan(0);
  });

  it("lets no container write outside its volumes, gain privileges or keep capabilities", () => {
    for (const name of names) {
      const service = serviceOf(compose, name);
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ["ALL"],
        security_opt: ["no-new-privileges:true"],
      });
    }
  });

  it("keeps Redis on a network without a way out and without published ports", () => {
    expect(compose.networks["data"]).toEqual({ internal: true });
    for (const name of REDIS) expect(serviceOf(compose, name)).toMatchObject({ networks: ["data"], ports: [] });
    expect(serviceOf(compose, "prometheus").networks).not.toContain("data");
  });

  it("publishes ports to this machine alone unless told otherwise", () => {
    for (const name of names)
      for (const port of serviceOf(compose, name).ports)
        expect(port, name).toMatch(/^\$\{\w+:-127\.0\.0\.1:\d+\}:\d+$/);
  });

  it("waits for both Redis servers to be healthy before it starts a service", () => {
    for (const name of OWN)
      for (const redis of REDIS)
        expect(serviceOf(compose, name).depends_on[redis]).toEqual({ condition: "service_healthy" });
    for (const redis of REDIS) expect(serviceOf(compose, redis).healthcheck).toBeDefined();
  });

  it("gives a service longer to stop than it gives itself", () => {
    const ownMs = Number(
      /SHUTDOWN_TIMEOUT_MS: wholeNumber[^]*?\.default\(([\d_]+)\)/
        .exec(readText("packages/platform/src/settings.ts"))?.[1]
        ?.replaceAll("_", ""),
    );
    expect(ownMs).toBeGreaterThan(0);
    for (const name of OWN)
      expect(
        Number(/^(\d+)s$/.exec(serviceOf(compose, name).stop_grace_period ?? "")?.[1]) * 1_000,
        name,
      ).toBeGreaterThan(ownMs);
  });
});
