import { HealthAnswer } from "@touchline/contract";
import { livenessHandler, metricsHandler, readinessHandler } from "@touchline/platform";
import { z } from "zod";
import type { ApiContext } from "../api-context.ts";
import type { Route } from "../http/route.ts";
import { answer } from "./describe.ts";

/** `/livez`, `/readyz`, `/metrics`: for those who run the service. */
export function operationsRoutes({ health, registry, l1 }: ApiContext): Route[] {
  const expose = metricsHandler(registry);
  return [
    {
      method: "get",
      path: "/livez",
      operation: {
        summary: "Whether the process works; when not, restart it",
        responses: { 200: answer("it does", HealthAnswer), 503: answer("it does not", HealthAnswer) },
      },
      handle: livenessHandler(health),
    },
    {
      method: "get",
      path: "/readyz",
      operation: {
        summary: "Whether requests can be served; when not, send none",
        responses: { 200: answer("they can", HealthAnswer), 503: answer("they cannot", HealthAnswer) },
      },
      handle: readinessHandler(health),
    },
    {
      method: "get",
      path: "/metrics",
      operation: {
        summary: "Metrics of this process, for Prometheus",
        responses: {
          200: { description: "text exposition", content: { "text/plain": { schema: z.string() } } },
          503: { description: "they could not be collected", content: { "text/plain": { schema: z.string() } } },
        },
      },
      handle: (req, res) => {
        // Hits of the memory are counted in lumps; the counters must reconcile at every scrape.
        l1.count();
        expose(req, res);
      },
    },
  ];
}
