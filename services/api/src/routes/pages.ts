import type { Response } from "express";
import { z } from "zod";
import type { Route } from "../http/route.ts";
import { type Html, html, page, PAGE_HEADERS } from "../pages/html.ts";

const PAGE_ANSWER = { description: "a page", content: { "text/html": { schema: z.string() } } };

/** `/docs`: the OpenAPI document as a page. */
export function docsRoute(routes: () => readonly Route[]): Route {
  return {
    method: "get",
    path: "/docs",
    operation: { summary: "Every route, for people", responses: { 200: PAGE_ANSWER } },
    handle(_req, res) {
      sendPage(
        res,
        page(
          "Touchline routes",
          html`<h1>Routes</h1>
            <p>The whole contract is in <a href="openapi.json">openapi.json</a>.</p>
            <table>
              <tr>
                <th>Route
                <th>What
                <th>Answers
              </tr>
              ${routes().map(routeRow)}
            </table>`,
        ),
      );
    },
  };
}

function routeRow({ method, path, operation }: Route): Html {
  const responses = Object.entries(operation.responses as Readonly<Record<string, { readonly description?: string }>>);
  const answers = responses.map(([status, { description = "" }]) => {
    return html`<div><code>${status}</code> ${description}</div>`;
  });
  return html`<tr>
    <td><code>${method.toUpperCase()} ${path}</code>
    <td>
      ${operation.summary ?? ""}
      <div class="quiet">${operation.description ?? ""}</div>

    <td>${answers}
  </tr>`;
}

function sendPage(res: Response, content: Html): void {
  res.writeHead(200, PAGE_HEADERS).end(content.text);
}
