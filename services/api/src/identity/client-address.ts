import { isIPv6 } from "node:net";
import type { Request } from "express";

/**
 * Whom a limit counts a request for: its IPv4 address, or the /64 of its IPv6 address, which is what one customer has.
 * Behind `PROXY_HOPS` proxies it is the address that the outermost of them reports.
 */
export function clientAddressOf(req: Request): string {
  const address = (req.ip ?? "unknown").replace(/^::ffff:(?=\d+\.)/, "");
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - before.length - after.length }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}
