import { didYouMean } from "@touchline/domain";
import { z } from "zod";
import { isProblemCode, PROBLEMS } from "../../http/problem-list.ts";
import { ApiError } from "../../http/problems.ts";
import type { Route } from "../../http/route.ts";
import { PAGE_HEADERS } from "../../pages/html.ts";
import { problemListPage, problemPage } from "../../pages/problem-page.ts";
import { problems } from "../describe.ts";

const PAGE = { description: "a page", content: { "text/html": { schema: z.string() } } };
const Code = z.object({
  code: z.string().meta({ description: "the last part of a problem's type", examples: ["unknown_market"] }),
});

/** `/problems/` and `/problems/{code}`: where the `type` of every problem leads. */
export function problemRoutes(): Route[] {
  return [
    {
      method: "get",
      path: "/problems/",
      operation: { summary: "Every problem that a request can meet, for people", responses: { 200: PAGE } },
      handle: (_req, res) => void res.writeHead(200, PAGE_HEADERS).end(problemListPage().text),
    },
    {
      method: "get",
      path: "/problems/{code}",
      operation: {
        summary: "What a problem means and what to do, for people",
        requestParams: { path: Code },
        responses: { 200: PAGE, ...problems({ 404: "no problem has this code" }) },
      },
      handle(req, res) {
        const code = String(req.params["code"]);
        if (!isProblemCode(code)) {
          const known = Object.keys(PROBLEMS);
          throw new ApiError("unknown_route", {
            detail: `there is no problem ${JSON.stringify(code.slice(0, 64))}${didYouMean(code, known)}`,
          });
        }
        res.writeHead(200, PAGE_HEADERS).end(problemPage(code).text);
      },
    },
  ];
}
