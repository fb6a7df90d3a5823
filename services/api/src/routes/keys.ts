import { CreatedKey, KeyRequest, KeysAnswer } from "@touchline/contract";
import { Id } from "@touchline/domain";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { JSON_TYPE, jsonOf, readBody, textOf } from "../http/body.ts";
import { ApiError } from "../http/problems.ts";
import { parseFields } from "../http/request-fields.ts";
import type { Route } from "../http/route.ts";
import { identityOf } from "../identity/identity.ts";
import { answer, keyed, problems } from "./describe.ts";

const KeyPath = z.object({ keyName: Id.meta({ description: "name of the key" }) });

/** `/v1/keys`: who may do what, changed while everything runs. */
export function keyRoutes({ access, ring, log }: ApiContext): Route[] {
  return [
    {
      method: "get",
      path: "/v1/keys",
      operation: {
        summary: "The keys that were created here, without their texts",
        responses: {
          200: answer("keys by name; those of API_KEYS are not among them", KeysAnswer),
          ...problems({ 401: "no valid key", 503: "the store does not answer" }),
        },
        ...keyed,
      },
      before: [access.needs("operate")],
      async handle(_req, res) {
        res.set("cache-control", "no-store").json({ keys: await ring.list() });
      },
    },
    {
      method: "post",
      path: "/v1/keys",
      operation: {
        summary: "Create a key",
        description: "The answer is the only place where its text is shown; the store has a digest of it.",
        requestBody: { required: true, content: { [JSON_TYPE]: { schema: KeyRequest.meta({ id: "KeyRequest" }) } } },
        responses: {
          201: answer("the key", CreatedKey),
          ...problems({
            400: "the body breaks a rule",
            401: "no valid key",
            409: "a key of that name exists, or there are too many",
            413: "the body is too large",
            415: "the content type is not JSON",
            503: "the store does not answer",
          }),
        },
        ...keyed,
      },
      before: [access.needs("operate"), ...readBody([JSON_TYPE])],
      async handle(req, res) {
        const request = parseFields(KeyRequest, jsonOf(textOf(req)), "body");
        const created = await ring.create(request, identityOf(res));
        const { key: _secret, ...listed } = created;
        log.info({ audit: true, created: listed }, "key created");
        res.status(201).set("cache-control", "no-store").json(created);
      },
    },
    {
      method: "delete",
      path: "/v1/keys/{keyName}",
      operation: {
        summary: "Revoke a key",
        description: "Every api refuses it within two seconds.",
        requestParams: { path: KeyPath },
        responses: {
          204: { description: "it is revoked" },
          ...problems({
            400: "the name breaks a rule",
            401: "no valid key",
            404: "there is no such key",
            503: "the store does not answer",
          }),
        },
        ...keyed,
      },
      before: [access.needs("operate")],
      async handle(req, res) {
        const { keyName } = parseFields(KeyPath, req.params, "path");
        if (!(await ring.revoke(keyName))) throw new ApiError("unknown_key", { detail: `there is no key ${keyName}` });
        log.info({ audit: true, revoked: keyName, by: identityOf(res).name }, "key revoked");
        res.status(204).end();
      },
    },
  ];
}
