import type { RequestHandler } from "express";
import { sameSecret } from "../http/api-key.ts";
import { clientAddressOf } from "../identity/client-address.ts";
import type { FailedAttempts } from "../identity/failed-attempts.ts";
import { ApiError } from "../http/problems.ts";

const USER = "admin";

/**
 * Lets the admin in, by basic authentication. Without a password the pages are closed, and say what would open them.
 */
export function adminGate(password: string | undefined, attempts: FailedAttempts): RequestHandler {
  return async (req, _res, next) => {
    if (password === undefined)
      throw new ApiError("admin_closed", { detail: "set ADMIN_PASSWORD to open them for the user admin" });
    const address = clientAddressOf(req);
    attempts.refuseBlocked(address);
    const [, encoded] = /^Basic +(\S+) *$/i.exec(req.get("authorization") ?? "") ?? [];
    const given = Buffer.from(encoded ?? "", "base64").toString("utf8");
    if (!sameSecret(given, `${USER}:${password}`)) {
      // A browser asks once without a password before it asks its user.
      if (encoded !== undefined) await attempts.failed(address, "password");
      throw new ApiError("admin_password_needed", {
        headers: { "www-authenticate": 'Basic realm="touchline admin", charset="UTF-8"' },
      });
    }
    // A browser sends the password along with what other sites make it ask.
    const site = req.get("sec-fetch-site") ?? "same-origin";
    if (req.method !== "GET" && req.method !== "HEAD" && site !== "same-origin") throw new ApiError("foreign_origin");
    next();
  };
}
