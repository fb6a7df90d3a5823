import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { compileCache } from "../setup/compile-cache.ts";
import { PATIENCE_MS } from "../setup/patience.ts";
import { isThere, readDockerfile, readText, readYaml, ROOT, settingsOf } from "./installation.ts";

const run = promisify(execFile);
const FOLDER = "infra/kubernetes";
const SERVICES = ["api", "tag-manager", "worker"];

/** As far as the tests look at a resource. */
interface Resource {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
  stringData?: Record<string, string>;
}

interface Probe {
  httpGet: { path: string; port: string };
}

interface Container {
  image: string;
  command: string[];
  envFrom: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  env: { name: string; value: string }[];
  ports: { name: string; containerPort: number }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
  lifecycle?: { preStop: { sleep: { seconds: number } } };
  resources: { requests: Record<string, string>; limits: Record<string, string> };
  securityContext: Record<string, unknown>;
  volumeMounts: { name: string; mountPath: string }[];
}

interface Deployment extends Resource {
  spec: {
    replicas: number;
    selector: { matchLabels: Record<string, string> };
    template: {
      metadata: { labels: Record<string, string>; annotations: Record<string, string> };
      spec: {
        terminationGracePeriodSeconds: number;
        automountServiceAccountToken: boolean;
        securityContext: Record<string, unknown>;
        containers: Container[];
      };
    };
  };
}

function resourcesIn(file: string): Resource[] {
  return parseAllDocuments(readText(`${FOLDER}/${file}`)).map((document) => {
    expect(document.errors, file).toEqual([]);
    return document.toJS() as Resource;
  });
}

function ofKind(file: string, kind: string): Resource {
  const found = resourcesIn(file).find((resource) => resource.kind === kind);
  if (!found) throw new Error(`${file} has no ${kind}`);
  return found;
}

const deploymentOf = (service: string): Deployment => ofKind(`base/${service}.yaml`, "Deployment") as Deployment;
const containerOf = (service: string): Container => {
  const [container, ...others] = deploymentOf(service).spec.template.spec.containers;
  if (!container || others.length > 0) throw new Error(`${service} has not one container`);
  return container;
};
const shared = ofKind(`base/config.yaml`, "ConfigMap");
const secrets = new Map(resourcesIn("secrets.example.yaml").map((secret) => [secret.metadata.name, secret]));

describe.each(SERVICES)("the deployment of the %s", (service) => {
  const { metadata, spec } = deploymentOf(service);
  const { template, selector } = spec;
  const container = containerOf(service);

  it("runs the service's program from the image that the Dockerfile makes", () => {
    expect(metadata.name).toBe(service);
    const [program, file = ""] = container.command;
    expect([program, file]).toEqual(["node", `services/${service}/src/main.ts`]);
    expect(isThere(file)).toBe(true);
    const { images } = readYaml(`${FOLDER}/base/kustomization.yaml`) as { images: { name: string; newTag: string }[] };
    const { version } = JSON.parse(readText("package.json")) as { version: string };
    expect(images).toContainEqual({ name: container.image, newName: container.image, newTag: version });
  });

  it("sets only what the service knows, from things that exist", async () => {
    const known = [...(await settingsOf(service)).keys()];
    const secret = secrets.get(`touchline-${service}`);
    expect(container.envFrom).toEqual([
      { configMapRef: { name: shared.metadata.name } },
      { secretRef: { name: secret?.metadata.name } },
    ]);
    const names = [
      ...Object.keys(shared.data ?? {}),
      ...Object.keys(secret?.stringData ?? {}),
      ...container.env.map(({ name }) => name),
    ];
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(known).toContain(name);
  });

  it("starts in production with what it is given", async () => {
    const secret = Object.fromEntries(
      Object.entries(secrets.get(`touchline-${service}`)?.stringData ?? {}).map(([name, value]) => [
        name,
        name.endsWith("_URL") ? value.replaceAll(/<[^>]+>/g, "x") : "long enough to be no guess",
      ]),
    );
    const env = {
      ...compileCache(),
      ...shared.data,
      ...secret,
      ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])),
    };
    const main = join(ROOT, `services/${service}/src/main.ts`);
    const { stdout } = await run(process.execPath, [main, "--print-config"], { env, timeout: PATIENCE_MS });
    expect(stdout).toMatch(/^NODE_ENV=production\b/m);
  });

  it("listens where it is probed and scraped, on a port of the image", () => {
    const [port] = container.ports;
    const set = container.env.find(({ name }) => name === (service === "api" ? "PORT" : "HEALTH_PORT"))?.value;
    expect(String(port?.containerPort)).toBe(set);
    const exposed = readDockerfile()
      .find(({ instruction }) => instruction === "EXPOSE")
      ?.rest.split(" ");
    expect(exposed).toContain(set);
    expect(template.metadata.annotations).toEqual({
      "prometheus.io/scrape": "true",
      "prometheus.io/port": set,
      "prometheus.io/path": "/metrics",
    });
    const { startupProbe, livenessProbe, readinessProbe } = container;
    for (const { httpGet } of [startupProbe, livenessProbe, readinessProbe]) expect(httpGet.port).toBe(port?.name);
    // Liveness never asks for Redis: a restart would not bring it back.
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path)).toEqual([
      "/livez",
      "/livez",
      "/readyz",
    ]);
    const answering = readText(
      service === "api" ? "services/api/src/routes/operations.ts" : "packages/platform/src/health-server.ts",
    );
    for (const path of ["/livez", "/readyz", "/metrics"]) expect(answering).toContain(`"${path}"`);
  });

  it("may do nothing that it does not need to", () => {
    expect(template.spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: "RuntimeDefault" } },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(container.volumeMounts).toEqual([{ name: "tmp", mountPath: "/tmp" }]);
    expect(container.resources.limits["memory"]).toMatch(/i$/);
    expect(Object.keys(container.resources.requests).sort()).toEqual(["cpu", "memory"]);
  });

  it("has longer to stop than it gives itself", async () => {
    const own = Number(shared.data?.["SHUTDOWN_TIMEOUT_MS"] ?? (await settingsOf(service)).get("SHUTDOWN_TIMEOUT_MS"));
    const pause = container.lifecycle?.preStop.sleep.seconds ?? 0;
    expect(own).toBeGreaterThan(0);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThan(pause + own / 1_000);
  });

  it("loses one pod at a time, of pods that it selects", () => {
    const budget = ofKind(`base/${service}.yaml`, "PodDisruptionBudget") as Resource & { spec: unknown };
    expect(spec.replicas).toBeGreaterThan(1);
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(budget.spec).toEqual({ maxUnavailable: 1, selector });
  });
});

describe("what belongs together", () => {
  it("is named in a kustomization", () => {
    for (const folder of ["base", "keda"]) {
      const { resources } = readYaml(`${FOLDER}/${folder}/kustomization.yaml`) as { resources: string[] };
      for (const resource of resources) expect(isThere(`${FOLDER}/${folder}/${resource}`), resource).toBe(true);
    }
  });

  it("reaches the api by its port's name", () => {
    type Service = Resource & { spec: { selector: Record<string, string>; ports: { targetPort: string }[] } };
    const { spec } = ofKind("base/api.yaml", "Service") as Service;
    expect(deploymentOf("api").spec.template.metadata.labels).toMatchObject(spec.selector);
    expect(spec.ports.map(({ targetPort }) => targetPort)).toEqual(containerOf("api").ports.map(({ name }) => name));
  });

  it("agrees on the predictor: what it reads is what events touch", () => {
    expect(shared.data).toHaveProperty("PREDICTOR");
    for (const service of SERVICES) expect(containerOf(service).env.map(({ name }) => name)).not.toContain("PREDICTOR");
  });

  it("connects each service as the Redis user that has its rights", () => {
    for (const service of SERVICES) {
      const { QUEUE_REDIS_URL: queue, STORE_REDIS_URL: store } = secrets.get(`touchline-${service}`)?.stringData ?? {};
      for (const [url, role] of [
        [queue, "queue"],
        [store, "store"],
      ]) {
        expect(url).toContain(`://${service}:`);
        expect(readText(`infra/redis/${role}.acl`)).toMatch(new RegExp(`^user ${service} `, "m"));
      }
    }
  });
});

describe("scaling by the queue", () => {
  interface ScaledObject extends Resource {
    spec: {
      scaleTargetRef: { name: string };
      minReplicaCount: number;
      maxReplicaCount: number;
      triggers: { type: string; metadata: Record<string, string>; authenticationRef: { name: string } }[];
    };
  }
  const { spec } = ofKind("keda/worker-scaling.yaml", "ScaledObject") as ScaledObject;
  const [trigger] = spec.triggers;

  it("counts the set in which refreshes wait, which its Redis user may read", () => {
    expect(spec.scaleTargetRef.name).toBe(deploymentOf("worker").metadata.name);
    expect(trigger?.type).toBe("redis");
    const { listName = "" } = trigger?.metadata ?? {};
    expect(listName).toBe("bull:refresh:prioritized");
    expect(readText("infra/redis/queue.acl")).toMatch(new RegExp(`^user keda [^]*?~${listName}$`, "m"));
  });

  it("never goes to none, and brings all workers before work is left out of the queue", async () => {
    expect(spec.minReplicaCount).toBeGreaterThan(1);
    const most = Number((await settingsOf("tag-manager")).get("REFRESH_BACKLOG_MAX"));
    expect(Number(trigger?.metadata["listLength"]) * spec.maxReplicaCount).toBeLessThan(most);
  });

  it("logs in with a secret that the example has", () => {
    const login = ofKind("keda/worker-scaling.yaml", "TriggerAuthentication") as Resource & {
      spec: { secretTargetRef: { name: string; key: string }[] };
    };
    expect(login.metadata.name).toBe(trigger?.authenticationRef.name);
    for (const { name, key } of login.spec.secretTargetRef)
      expect(Object.keys(secrets.get(name)?.stringData ?? {})).toContain(key);
  });
});
