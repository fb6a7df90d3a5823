import type { BuiltConsole, BuiltFile } from "@touchline/console";
import type { Request, Response } from "express";
import { z } from "zod";
import { isKnownTo } from "../http/etag.ts";
import { ApiError } from "../http/problems.ts";
import type { Route } from "../http/route.ts";
import { type Html, html, page, PAGE_HEADERS } from "../pages/html.ts";

/** The console may load from here alone: no inline script or style, no other host, no frame around it. */
const CONSOLE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE_ANSWERS = {
  200: { description: "a page", content: { "text/html": { schema: z.string() } } },
  304: { description: "unchanged since the ETag that was sent" },
};
const FileName = z.object({ file: z.string().meta({ description: "name of the file, its content's hash in it" }) });

/** `/` and `/docs`: the console and the reference, and the files that they consist of. */
export function consoleRoutes(built: BuiltConsole | undefined): Route[] {
  return [
    {
      method: "get",
      path: "/",
      operation: { summary: "The console, for people", responses: PAGE_ANSWERS },
      handle: (req, res) => sendPage(req, res, built?.page),
    },
    {
      method: "get",
      path: "/docs",
      operation: { summary: "Every route, for people, to be tried with a key", responses: PAGE_ANSWERS },
      handle: (req, res) => sendPage(req, res, built?.reference),
    },
    {
      method: "get",
      path: "/assets/{file}",
      operation: {
        summary: "A file of the console or of the reference",
        requestParams: { path: FileName },
        responses: {
          200: { description: "the file; it never changes under its name" },
          304: { description: "unchanged since the ETag that was sent" },
          404: { description: "no such file" },
        },
      },
      handle(req, res) {
        const file = built?.assets.get(String(req.params["file"]));
        if (!file) throw new ApiError("unknown_route", { detail: `GET ${req.path.slice(0, 200)}` });
        send(req, res, file, "public, max-age=31536000, immutable");
      },
    },
  ];
}

function sendPage(req: Request, res: Response, file: BuiltFile | undefined): void {
  if (!file) return void res.writeHead(200, PAGE_HEADERS).end(notBuilt().text);
  res.set({ "content-security-policy": CONSOLE_POLICY, "referrer-policy": "no-referrer" });
  send(req, res, file, "no-cache");
}

/** Sends the smallest form that the client takes. */
function send(req: Request, res: Response, { type, etag, encoded, bytes }: BuiltFile, cacheControl: string): void {
  const encoding = encoded.size > 0 ? req.acceptsEncodings(...encoded.keys(), "identity") : false;
  const compressed = encoding === false ? undefined : encoded.get(encoding);
  // A strong validator is of the bytes that are sent.
  const validator = compressed ? etag.replace(/"$/, `-${String(encoding)}"`) : etag;
  res.set({ etag: validator, "cache-control": cacheControl, vary: "accept-encoding" });
  if (isKnownTo(req.get("if-none-match"), validator)) return void res.status(304).end();
  if (compressed) res.set("content-encoding", String(encoding));
  const body = compressed ?? bytes;
  res.set({ "content-type": type, "content-length": String(body.length) }).end(body);
}

function notBuilt(): Html {
  return page(
    "Touchline",
    html`<h1>Touchline</h1>
      <p>
        The console has not been built. <code>npm start</code> and <code>npm test</code> build it, and so does
        <code>pnpm console</code>; then start the api again. Everything else works without it.
      </p>
      <ul>
        <li><a href="openapi.json">OpenAPI document</a>
        <li><a href="v1/matches">matches</a> · <a href="v1/health">health</a> · <a href="admin/queues">queues</a>
      </ul>`,
  );
}
