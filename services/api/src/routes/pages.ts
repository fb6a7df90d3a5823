import type { ListedMatch } from "@touchline/contract";
import type { WatermarkSummary } from "@touchline/queue";
import type { Response } from "express";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import { ApiError } from "../http/problems.ts";
import type { Route } from "../http/route.ts";
import { findMatches } from "../matches/find-matches.ts";
import { type Html, html, page, PAGE_HEADERS } from "../pages/html.ts";

const MAX_SHOWN = 50;
const PAGE_ANSWER = { description: "a page", content: { "text/html": { schema: z.string() } } };

/** `/`: what is on now, and where to look further. */
export function landingRoute({ store, now, watermark }: ApiContext): Route {
  return {
    method: "get",
    path: "/",
    operation: { summary: "Live matches and links, for people", responses: { 200: PAGE_ANSWER } },
    async handle(_req, res) {
      const live = await liveMatches({ store, now });
      sendPage(
        res,
        page(
          "Touchline",
          html`<h1>Touchline</h1>
            <p>Football match predictions that are never silently out of date.</p>
            <p>${appliedWords(watermark.summary())}</p>
            <h2>Live</h2>
            ${live}
            <h2>Look further</h2>
            <ul>
              <li>
                <a href="v1/matches">all matches</a> · <a href="v1/matches?status=upcoming">upcoming</a> ·
                <a href="v1/matches?status=ended">ended</a>

              <li><a href="v1/markets">markets</a>
              <li>
                <a href="docs">routes</a> · <a href="openapi.json">OpenAPI document</a> ·
                <a href="asyncapi.json">AsyncAPI document</a>

              <li><a href="admin/queues">queues</a> · <a href="metrics">metrics</a> · <a href="readyz">readiness</a>
            </ul>`,
        ),
      );
    },
  };
}

/** How far accepted events have been applied, in a sentence. */
function appliedWords({ pending, behindMs, blindMs, isBlind }: WatermarkSummary): string {
  if (isBlind) {
    const since = Number.isFinite(blindMs) ? `For ${(blindMs / 1000).toFixed(1)} s` : "Since the start";
    return `${since} nobody can tell whether events wait: the queue does not answer, and nothing is called fresh.`;
  }
  if (pending === 0) return "Every accepted event has been applied.";
  return `${pending} accepted events wait to be applied, the oldest for up to ${(behindMs / 1000).toFixed(1)} s.`;
}

async function liveMatches({ store, now }: Pick<ApiContext, "store" | "now">): Promise<Html> {
  try {
    const { matches } = await findMatches(store, { status: "live", limit: MAX_SHOWN, offset: 0 }, now());
    if (matches.length === 0) return html`<p class="quiet">No match is being played.</p>`;
    return html`<table>
      <tr>
        <th>Match
        <th>Score
        <th>Minute
        <th>Look
      </tr>
      ${matches.map(matchRow)}
    </table>`;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return html`<p>The store does not answer at the moment.</p>`;
  }
}

function matchRow({ matchId, home, away, state }: ListedMatch): Html {
  const path = `v1/matches/${matchId}`;
  return html`<tr>
    <td>${home ?? "?"} – ${away ?? "?"} <code class="quiet">${matchId}</code>
    <td>${state.score.home} : ${state.score.away}
    <td>${state.minute}' <span class="quiet">${state.period.replaceAll("_", " ")}</span>
    <td>
      <a href="${path}">state</a> · <a href="${path}/predictions">predictions</a> · <a href="${path}/stream">stream</a>
  </tr>`;
}

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
