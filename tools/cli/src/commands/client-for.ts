import { type Client, type ClientOptions, createClient } from "@touchline/client";
import { type Io, UsageError } from "./command.ts";

const DEFAULT_URL = "http://127.0.0.1:3000";

interface SharedValues {
  readonly url?: string | undefined;
  readonly "api-key"?: string | undefined;
}

/** Where the service is and with which key. @throws UsageError when the address is none */
export function optionsFor(values: SharedValues, { env }: Io): ClientOptions {
  const url = values.url ?? env["TOUCHLINE_URL"] ?? DEFAULT_URL;
  const apiKey = values["api-key"] ?? env["TOUCHLINE_API_KEY"];
  if (!URL.canParse(url)) throw new UsageError(`"${url}" is not an http or https address`);
  return { url, ...(apiKey ? { apiKey } : {}) };
}

/** @throws UsageError when the address is none */
export function clientFor(values: SharedValues, io: Io): Client {
  try {
    return createClient(optionsFor(values, io));
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
