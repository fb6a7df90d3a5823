import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PATIENCE_MS } from "../../setup/patience.ts";
import { freePort } from "../../setup/redis.ts";

/** A cache running as its own process, with the configuration that is shipped. */
export interface RunningCache extends AsyncDisposable {
  readonly url: string;
}

const INFRA = new URL("../../../infra/", import.meta.url);

/** @param origin address of the api, `http://127.0.0.1:<port>`   @param vcl file in infra/varnish */
export async function startVarnish(program: string, origin: string, vcl = "default.vcl"): Promise<RunningCache> {
  const folder = await mkdtemp(join(tmpdir(), "touchline-varnish-"));
  const text = await readFile(new URL(`varnish/${vcl}`, INFRA), "utf8");
  const { hostname, port: originPort } = new URL(origin);
  const file = join(folder, "test.vcl");
  await writeFile(file, text.replace('"api";', `"${hostname}";`).replace('"3000";', `"${originPort}";`));
  const port = await freePort();
  const storage = ["-s", "malloc,32m", "-p", "thread_pools=1", "-p", "vsl_space=4M"];
  const address = ["-a", `127.0.0.1:${port}`, "-T", "none"];
  const child = spawn(program, ["-F", "-j", "none", "-n", join(folder, "work"), "-f", file, ...address, ...storage], {
    stdio: "ignore",
  });
  return running(child, port, folder);
}

/** @param origin address of what it stands in front of */
export async function startNginx(program: string, origin: string): Promise<RunningCache> {
  const folder = await mkdtemp(join(tmpdir(), "touchline-nginx-"));
  const text = await readFile(new URL("nginx/shared-cache.conf", INFRA), "utf8");
  const port = await freePort();
  const shared = text
    .replace("/var/cache/nginx/touchline", join(folder, "cache"))
    .replace("varnish:80", new URL(origin).host)
    .replace("listen 8080", `listen 127.0.0.1:${port}`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const file = join(folder, "nginx.conf");
  await writeFile(
    file,
    `daemon off; master_process off; pid ${join(folder, "pid")}; error_log ${join(folder, "errors")};
    events {}
    http { access_log off; ${paths.join(" ")}
    ${shared} }`,
  );
  const child = spawn(program, ["-e", join(folder, "errors"), "-p", folder, "-c", file], { stdio: "ignore" });
  return running(child, port, folder);
}

async function running(child: ChildProcess, port: number, folder: string): Promise<RunningCache> {
  const url = `http://127.0.0.1:${port}`;
  const ended = once(child, "exit");
  const cache: RunningCache = {
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await Promise.race([ended, delay(5_000, undefined, { ref: false })]);
        child.kill("SIGKILL");
        await ended;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await answers(url))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${child.spawnfile} did not start`);
      await delay(20);
    }
    return cache;
  } catch (error) {
    await cache[Symbol.asyncDispose]();
    throw error;
  }
}

/** Any answer will do: the origin may not be there yet. */
async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/livez`, { signal: AbortSignal.timeout(1_000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
