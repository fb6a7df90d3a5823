import { MarketsAnswer } from "@touchline/contract";
import { type FactName, familiesOf, type Graph, type Market, type Variant, VARIANTS } from "@touchline/domain";
import type { ApiContext } from "../api-context.ts";
import { etagOf, isKnownTo } from "../http/etag.ts";
import type { Route } from "../http/route.ts";
import { settlementWords } from "../pages/settlement-words.ts";
import { answer } from "./describe.ts";

const MAX_AGE_SECONDS = 300;

/** `GET /v1/markets`: the same until the next deploy or the next manifest, so made once for each graph. */
export function marketsRoute(context: Pick<ApiContext, "graph">): Route {
  let made = madeFor(context.graph);
  return {
    method: "get",
    path: "/v1/markets",
    operation: {
      summary: "Every market: what it is, what it depends on, how it settles",
      responses: {
        200: answer("the catalogue", MarketsAnswer),
        304: { description: "unchanged since the ETag that was sent" },
      },
    },
    handle(req, res) {
      if (made.version !== context.graph.version) made = madeFor(context.graph);
      const { bytes, headers } = made;
      const unchanged = isKnownTo(req.get("if-none-match"), headers.etag);
      res.writeHead(unchanged ? 304 : 200, unchanged ? headers : { ...headers, "content-length": bytes.length });
      res.end(unchanged ? undefined : bytes);
    },
  };
}

function madeFor(graph: Graph) {
  const bytes = Buffer.from(JSON.stringify(catalogueBy(graph)));
  const headers = {
    "content-type": "application/json; charset=utf-8",
    etag: etagOf(bytes),
    "cache-control": `public, max-age=${MAX_AGE_SECONDS}`,
  };
  return { version: graph.version, bytes, headers };
}

function catalogueBy(graph: Graph): MarketsAnswer {
  return {
    graphVersion: graph.version,
    variants: VARIANTS.map(({ id, description, quote }) => ({
      id,
      description,
      quote: quote.format,
      ...(quote.format === "decimal" ? { book: quote.book } : {}),
    })),
    markets: graph.markets.map((market) => describe(market, graph)),
  };
}

function describe(market: Market, graph: Graph): MarketsAnswer["markets"][number] {
  const { id, name, category, outcomes, primitive, aliases } = market;
  const [first, ...others] = VARIANTS;
  const reads = first ? Object.entries(graph.reads(market, first)) : [];
  const names = reads.map(([fact]) => fact as FactName);
  const more = others.flatMap((variant) => {
    const beside = factsOf(market, variant, graph).filter((fact) => !names.includes(fact));
    return beside.length > 0 ? [[variant.id, beside] as const] : [];
  });
  return {
    id,
    name,
    category,
    outcomes: [...outcomes],
    primitive,
    reads: names,
    readsBySeverity: {
      hard: names.filter((_fact, i) => reads[i]?.[1] === "hard"),
      soft: names.filter((_fact, i) => reads[i]?.[1] === "soft"),
    },
    ...(more.length > 0 ? { readsMore: Object.fromEntries(more) } : {}),
    coverage: [...familiesOf(market)],
    settlement: settlementWords(market),
    aliases: { ...aliases },
  };
}

function factsOf(market: Market, variant: Variant, { reads }: Graph): FactName[] {
  return Object.keys(reads(market, variant)) as FactName[];
}
