import { type Client, createClient } from "@touchline/client";
import { type Io, UsageError } from "./command.ts";

const DEFAULT_URL = "http://127.0.0.1:3000";

interface SharedValues {
  readonly url?: string | undefined;
  readonly "api-key"?: string | undefined;
}

/** @throws UsageError when the address is none */
export function clientFor(values: SharedValues, { env }: Io): Client {
  const url = values.url ?? env["TOUCHLINE_URL"] ?? DEFAULT_URL;
  const apiKey = values["api-key"] ?? env["TOUCHLINE_API_KEY"];
  try {
    return createClient({ url, ...(apiKey ? { apiKey } : {}) });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message);
    throw error;
  }
}
