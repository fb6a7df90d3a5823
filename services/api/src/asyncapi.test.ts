import { MatchEvent, PAYLOADS } from "@touchline/domain";
import { DeadLetter, QUEUE_NAMES, queuePrefix, RefreshJob } from "@touchline/queue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type ApiFixture, startApi } from "./testing/api-fixture.ts";

const Reference = z.object({ $ref: z.string() });
const Message = z.looseObject({
  payload: z.looseObject({ type: z.literal("object"), required: z.array(z.string()) }),
  examples: z.array(z.object({ name: z.string(), payload: z.unknown() })).min(1),
});
const Document = z.looseObject({
  asyncapi: z.string(),
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  channels: z.record(z.string(), z.looseObject({ address: z.string(), messages: z.record(z.string(), Reference) })),
  operations: z.record(
    z.string(),
    z.looseObject({ action: z.enum(["send", "receive"]), channel: Reference, messages: z.array(Reference) }),
  ),
  components: z.object({ messages: z.record(z.string(), Message) }),
});

let api: ApiFixture;
let document: z.output<typeof Document>;
beforeAll(async () => {
  api = await startApi();
  document = (await api.get("/asyncapi.json")).as(Document);
});
afterAll(async () => api[Symbol.asyncDispose]());

/** What a reference points at. */
function resolve(reference: string): unknown {
  const steps = reference.replace(/^#\//, "").split("/");
  return steps.reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], document);
}

describe("the AsyncAPI document", () => {
  it("is AsyncAPI 3 and describes every queue, and no other", () => {
    expect(document.asyncapi).toBe("3.0.0");
    expect(Object.values(document.channels).map(({ address }) => address)).toEqual([...QUEUE_NAMES]);
  });

  it("says under which prefix this installation's queues stand", () => {
    const prefix = queuePrefix(api.config.KEY_PREFIX, api.config.REDIS_MODE);
    for (const channel of Object.values(document.channels)) expect(channel["x-bullmq"]).toMatchObject({ prefix });
  });

  it("refers to nothing that is not there", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference = ""]) => reference,
    );
    expect(references.length).toBeGreaterThan(8);
    for (const reference of references) expect(resolve(reference), reference).toBeDefined();
  });

  it("has operations on each channel, with a message of that channel", () => {
    const { channels, operations } = document;
    for (const { channel, messages } of Object.values(operations))
      for (const { $ref } of messages) expect($ref).toMatch(new RegExp(`^${channel.$ref}/messages/`));
    const used = Object.values(operations).map(({ channel }) => channel.$ref);
    for (const name of Object.keys(channels)) expect(used).toContain(`#/channels/${name}`);
  });

  it("gives examples that the services accept", () => {
    const accept = { matchEvent: MatchEvent, refreshJob: RefreshJob, deadLetter: DeadLetter };
    expect(Object.keys(document.components.messages)).toEqual(Object.keys(accept));
    for (const [name, schema] of Object.entries(accept))
      for (const { payload } of document.components.messages[name]?.examples ?? [])
        expect(schema.safeParse(payload), `${name}: ${JSON.stringify(payload)}`).toMatchObject({ success: true });
  });

  it("has a rule for every event type, asking for the team, the period and the payload where they are needed", () => {
    const Rules = z.array(
      z.object({
        if: z.looseObject({ properties: z.object({ type: z.object({ const: z.string() }) }) }),
        // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema calls it so
        then: z.object({ properties: z.object({ payload: z.looseObject({}) }), required: z.array(z.string()) }),
      }),
    );
    const rules = Rules.parse(document.components.messages["matchEvent"]?.payload["allOf"]);
    const required = new Map(rules.map((rule) => [rule.if.properties.type.const, rule.then.required]));
    expect([...required.keys()]).toEqual(Object.keys(PAYLOADS));
    for (const [type, fields] of required) {
      const bare = { source: "feed", id: "e", matchId: "m", type, occurredAt: "2026-11-21T15:00:00Z" };
      const missing = new Set(MatchEvent.safeParse(bare).error?.issues.map(({ path }) => String(path[0])));
      expect([type, [...missing].sort()]).toEqual([type, [...fields].sort()]);
    }
  });

  it("is sent again only when it has changed", async () => {
    const { headers } = await api.get("/asyncapi.json");
    const again = await api.get("/asyncapi.json", { "if-none-match": String(headers["etag"]) });
    expect([again.status, again.text]).toEqual([304, ""]);
  });
});
