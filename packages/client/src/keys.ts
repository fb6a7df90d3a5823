import { CreatedKey, type KeyRequest, KeysAnswer } from "@touchline/contract";
import type { z } from "zod";
import type { ClientOptions } from "./client.ts";
import { ContractError } from "./errors.ts";
import { jsonOrUndefined, problemOf } from "./problem.ts";
import type { CallOptions } from "./queries.ts";
import { tolerant } from "./tolerant.ts";
import { type Answer, createTransport, type Request } from "./transport.ts";

const Created = tolerant(CreatedKey);
const Listed = tolerant(KeysAnswer);

/** The keys of a service. Its own key needs the scope `operate`. Methods reject as those of `Client` do. */
export interface Keys {
  /** The answer is the only place where the key's text is shown. */
  create(key: KeyRequest, options?: CallOptions): Promise<z.output<typeof Created>>;
  list(options?: CallOptions): Promise<z.output<typeof Listed>>;
  /** Every api refuses the key within two seconds. */
  revoke(name: string, options?: CallOptions): Promise<void>;
}

const DEADLINE_MS = 10_000;
const PATH = "/v1/keys";

/** @throws TypeError when `url` is no address */
export function createKeys({ url, apiKey, deadlineMs = DEADLINE_MS }: ClientOptions): Keys {
  const headers = {
    accept: "application/json",
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  const transport = createTransport(new URL(url), headers, deadlineMs);
  async function exchange(request: Request): Promise<Answer> {
    const answer = await transport.send(request);
    if (answer.status < 200 || answer.status > 299) throw problemOf(answer);
    return answer;
  }
  return {
    async create(key, { signal } = {}) {
      const request = { headers: { "content-type": "application/json" }, body: JSON.stringify(key), signal };
      return read(await exchange({ method: "POST", path: PATH, ...request }), Created);
    },
    list: async ({ signal } = {}) => read(await exchange({ method: "GET", path: PATH, signal }), Listed),
    async revoke(name, { signal } = {}) {
      await exchange({ method: "DELETE", path: `${PATH}/${encodeURIComponent(name)}`, signal });
    },
  };
}

function read<T extends z.ZodType>({ body }: Answer, schema: T): z.output<T> {
  const parsed = schema.safeParse(jsonOrUndefined(body));
  if (parsed.success) return parsed.data;
  throw new ContractError(`${PATH} answered with an unexpected shape`, { cause: parsed.error });
}
