import { readFile } from "node:fs/promises";

export interface ManifestPlace {
  /** A file; otherwise the model server is asked. */
  readonly file?: string | undefined;
  /** Where the model server takes its requests: the manifest is at `<url>/manifest`. */
  readonly url: string;
  readonly apiKey?: string | undefined;
}

const DEADLINE_MS = 3_000;
const MOST_BYTES = 4 * 1024 * 1024;

/** What a model server, or a file, says that it reads: JSON, not yet checked. Undefined when there is no manifest. */
export async function readManifest({ file, url, apiKey }: ManifestPlace): Promise<unknown> {
  if (file !== undefined) return parsed(await readFile(file, "utf8"), file);
  const address = manifestAddress(url);
  const response = await fetch(address, {
    headers: { accept: "application/json", ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}) },
    redirect: "error",
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (response.status === 404 || response.status === 405) {
    await response.body?.cancel();
    return undefined;
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`${address} answered ${response.status}`);
  }
  return parsed(await boundedText(response, address), address);
}

/** `<url>/manifest`, whatever follows the path of `url`. */
export function manifestAddress(url: string): string {
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, "")}/manifest`;
  return address.href;
}

function parsed(text: string, from: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${from}: the manifest is not JSON`, { cause });
  }
}

async function boundedText(response: Response, address: string): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  if (!response.body) return "";
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`${address}: the manifest has more than ${MOST_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
