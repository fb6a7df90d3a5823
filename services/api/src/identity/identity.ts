import type { KeyScope } from "@touchline/contract";
import type { Response } from "express";

/** Who makes a request, as far as its key says. */
export interface Identity {
  /** Of the key, as the audit log shows it. */
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  /** Only matches whose id begins so. */
  readonly matchPrefix?: string | undefined;
}

/** What a route needs. `register`: to name the teams of a match, which is more than one source may say. */
export type Need = "publish" | "register" | "operate" | "read";

/** While no key exists at all, as in development, everybody may do everything. */
export const OPEN: Identity = { name: "open", scopes: ["publish", "operate", "read"] };

/** The source of the events that this api makes itself: registered fixtures. Nobody else may use its name. */
export const OWN_SOURCE = "api";

/** Why the identity may not do that, in words; undefined when it may. @param matchId of the path, where it has one */
export function refusalOf(identity: Identity, need: Need, matchId: string | undefined): string | undefined {
  const { name, scopes, matchPrefix } = identity;
  if (!meets(scopes, need)) return `the key ${name} has no scope for this: it needs ${NEEDED_SCOPES[need]}`;
  if (matchPrefix === undefined) return undefined;
  // The events of a body are looked at one by one.
  if (matchId === undefined) return need === "publish" ? undefined : `the key ${name} is for single matches only`;
  return matchId.startsWith(matchPrefix) ? undefined : notOfPrefix(name, matchPrefix);
}

/** Why the identity may not say this of a match, in words; undefined when it may. */
export function publishRefusalOf(
  { name, scopes, matchPrefix }: Identity,
  { source, matchId }: { readonly source: string; readonly matchId: string },
): string | undefined {
  if (source === OWN_SOURCE) return `the source ${OWN_SOURCE} is reserved: register fixtures with PUT /v1/matches/{id}`;
  if (!scopes.includes("publish") && !scopes.includes(`publish:${source}`))
    return `the key ${name} may not publish for the source ${source}`;
  return matchPrefix === undefined || matchId.startsWith(matchPrefix) ? undefined : notOfPrefix(name, matchPrefix);
}

/** Of the request that an answer belongs to, once its key has been looked at. */
export function identityOf(res: Response): Identity {
  const identity: unknown = res.locals["identity"];
  if (!identity) throw new Error("the route does not look at keys");
  return identity as Identity;
}

const NEEDED_SCOPES: Readonly<Record<Need, string>> = {
  publish: "publish or publish:<source>",
  register: "publish or operate",
  operate: "operate",
  read: "read",
};

function meets(scopes: readonly KeyScope[], need: Need): boolean {
  if (need === "publish") return scopes.some((scope) => scope === "publish" || scope.startsWith("publish:"));
  if (need === "register") return scopes.includes("publish") || scopes.includes("operate");
  return scopes.includes(need);
}

function notOfPrefix(name: string, prefix: string): string {
  return `the key ${name} is for matches whose id begins with ${prefix}`;
}
