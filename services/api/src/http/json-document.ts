import { etagOf, isKnownTo } from "./etag.ts";
import type { Route } from "./route.ts";

/** Serves a document that stays the same until the next deploy, made when it is first asked for. */
export function jsonDocument(make: () => unknown): Route["handle"] {
  let document: { bytes: Buffer; etag: string } | undefined;
  return (req, res) => {
    if (!document) {
      const bytes = Buffer.from(JSON.stringify(make()));
      document = { bytes, etag: etagOf(bytes) };
    }
    const { bytes, etag } = document;
    const unchanged = isKnownTo(req.get("if-none-match"), etag);
    res.writeHead(unchanged ? 304 : 200, {
      "content-type": "application/json; charset=utf-8",
      etag,
      "cache-control": "no-cache",
    });
    res.end(unchanged ? undefined : bytes);
  };
}
