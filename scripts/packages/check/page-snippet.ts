import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../published-packages.ts";

/** Services that a snippet of a page is run against. */
export interface Services {
  readonly url: string;
  readonly redisPort: number;
}

/** The first JavaScript block of a page, as written but for the addresses. */
export function snippetOf(page: string, { url, redisPort }: Services): string {
  const [, code] = /^```js\n([\s\S]*?)^```/m.exec(readFileSync(join(ROOT, page), "utf8")) ?? [];
  if (code === undefined) throw new Error(`${page} has no block of JavaScript`);
  const snippet = code.replace("http://127.0.0.1:3000", url).replace("port: 6379", `port: ${redisPort}`);
  if (snippet === code) throw new Error(`the block in ${page} names no address`);
  return snippet;
}
