import type { Logger } from "@touchline/platform";
import type { Request, RequestHandler, Response } from "express";
import { keyOf } from "../http/api-key.ts";
import { ApiError } from "../http/problems.ts";
import { routeLabelOf } from "../http/route.ts";
import { clientAddressOf } from "./client-address.ts";
import type { FailedAttempts } from "./failed-attempts.ts";
import { type Identity, type Need, OPEN, refusalOf } from "./identity.ts";
import type { KeyRing } from "./key-ring.ts";
import type { LimitClass, Limits } from "./limits.ts";

interface AccessOptions {
  readonly ring: KeyRing;
  readonly attempts: FailedAttempts;
  readonly limits: Limits;
  readonly log: Logger;
  /** A key was right and has no scope for what was asked. */
  readonly forbidden: () => void;
}

const LIMIT_OF: Readonly<Record<Need, LimitClass>> = {
  publish: "publish",
  register: "publish",
  operate: "operate",
  read: "read",
};

/** Guards routes: who asks, whether the key has the scope, whether it asks too often. Writes go to the audit log. */
export class Access {
  readonly #options: AccessOptions;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Lets only requests pass whose key has the scope; everybody while no key exists. */
  needs(need: Need): RequestHandler {
    const { limits, forbidden, log } = this.#options;
    return async (req, res, next) => {
      const identity = await this.#identify(req);
      const matchId = req.params["matchId"];
      const refusal = refusalOf(identity, need, typeof matchId === "string" ? matchId : undefined);
      if (refusal !== undefined) {
        forbidden();
        log.warn({ key: identity.name, route: routeLabelOf(res), address: clientAddressOf(req) }, "key lacks a scope");
        throw new ApiError("forbidden", { detail: refusal });
      }
      await limits.take(LIMIT_OF[need], identity === OPEN ? clientAddressOf(req) : `key/${identity.name}`);
      res.locals["identity"] = identity;
      if (need !== "read") this.#audit(req, res, identity);
      next();
    };
  }

  async #identify(req: Request): Promise<Identity> {
    const { ring, attempts } = this.#options;
    if (ring.isOpen) return OPEN;
    const address = clientAddressOf(req);
    attempts.refuseBlocked(address);
    const key = keyOf(req);
    const identity = key === undefined ? undefined : ring.identify(key);
    if (identity) return identity;
    if (key !== undefined) await attempts.failed(address, "key");
    throw new ApiError("unauthorized", {
      detail: key === undefined ? "send Authorization: Bearer <key>, or X-Api-Key" : "the key is not known",
      headers: { "www-authenticate": 'Bearer realm="touchline"' },
    });
  }

  #audit(req: Request, res: Response, { name }: Identity): void {
    const { log } = this.#options;
    const { method } = req;
    const { matchId } = req.params;
    const address = clientAddressOf(req);
    res.once("close", () => {
      const route = routeLabelOf(res);
      const status = res.headersSent ? res.statusCode : undefined;
      log.info({ audit: true, key: name, method, route, matchId, status, address }, "write");
    });
  }
}
