/** How the servers behind a Redis address are organised. */
export const REDIS_MODES = ["single", "cluster", "sentinel"] as const;
export type RedisMode = (typeof REDIS_MODES)[number];

interface Credentials {
  username?: string;
  password?: string;
}

interface Address {
  host: string;
  port: number;
}

/** A Redis address, taken apart. `db` exists only where Redis knows databases, which a cluster does not. */
export type RedisTarget =
  | ({ mode: "single"; node: Address; db: number; tls: boolean } & Credentials)
  | ({ mode: "cluster"; nodes: Address[]; tls: boolean } & Credentials)
  | ({ mode: "sentinel"; sentinels: Address[]; master: string; tls: boolean; sentinelPassword?: string } & Credentials);

const DEFAULT_PORT = { single: 6379, cluster: 6379, sentinel: 26_379 };

const SHAPE = {
  single: "redis[s]://[user:password@]host[:port][/db]",
  cluster: "redis[s]://[user:password@]host:port,host:port",
  sentinel: "redis[s]+sentinel://[user:password@]host:port,host:port/master",
};

/**
 * Takes a Redis address apart. Messages never repeat the address: it may hold a password.
 * @throws RangeError when the address does not have the shape that `mode` asks for
 */
export function parseRedisTarget(url: string, mode: RedisMode): RedisTarget {
  const wrong = (): RangeError => new RangeError(`must look like ${SHAPE[mode]} when REDIS_MODE is ${mode}`);
  const protocol = mode === "sentinel" ? /^(rediss?)\+sentinel:\/\// : /^(rediss?):\/\//;
  const scheme = protocol.exec(url);
  if (!scheme) throw wrong();
  const tls = scheme[1] === "rediss";

  const [authority = "", ...path] = url.slice(scheme[0].length).split(/(?=[/?])/);
  const at = authority.lastIndexOf("@");
  const credentials = parseCredentials(authority.slice(0, Math.max(at, 0)), wrong);
  // Every node of a cluster may be written as a whole URL; only the first may carry the credentials.
  const text = mode === "cluster" ? url.slice(scheme[0].length + at + 1) : authority.slice(at + 1);
  const nodes = text.split(",").map((node) => parseAddress(node.trim(), DEFAULT_PORT[mode], wrong));
  const [node] = nodes;
  if (!node) throw wrong();

  const tail = path.join("");
  if (mode === "cluster") return { mode, nodes, tls, ...credentials };
  if (mode === "single") {
    if (nodes.length > 1 || !/^(\/\d{0,3})?$/.test(tail)) throw wrong();
    return { mode, node, db: Number(tail.slice(1)), tls, ...credentials };
  }
  const { master, sentinelPassword } = parseSentinelTail(tail, wrong);
  return { mode, sentinels: nodes, master, tls, ...credentials, ...(sentinelPassword ? { sentinelPassword } : {}) };
}

function parseCredentials(text: string, wrong: () => RangeError): Credentials {
  if (text === "") return {};
  const colon = text.indexOf(":");
  try {
    const username = decodeURIComponent(colon < 0 ? text : text.slice(0, colon));
    const password = colon < 0 ? "" : decodeURIComponent(text.slice(colon + 1));
    return { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  } catch {
    throw wrong();
  }
}

function parseAddress(text: string, defaultPort: number, wrong: () => RangeError): Address {
  const match = /^(?:rediss?:\/\/)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?\/?$/.exec(text);
  const host = match?.[1];
  const port = match?.[2] === undefined ? defaultPort : Number(match[2]);
  if (host === undefined || port < 1 || port > 65_535) throw wrong();
  return { host: host.replace(/^\[|\]$/g, ""), port };
}

function parseSentinelTail(tail: string, wrong: () => RangeError): { master: string; sentinelPassword?: string } {
  const match = /^\/([A-Za-z0-9._-]+)(\?.*)?$/.exec(tail);
  const master = match?.[1];
  if (master === undefined) throw wrong();
  const sentinelPassword = new URLSearchParams(match?.[2]).get("sentinelPassword");
  return sentinelPassword === null ? { master } : { master, sentinelPassword };
}
