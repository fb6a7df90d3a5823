import type { Request } from "./transport.ts";

export function matchPath(matchId: string): string {
  return `/v1/matches/${encodeURIComponent(matchId)}`;
}

export function queryOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`;
}

export function json(body: unknown): Pick<Request, "headers" | "body"> {
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
