import type { IncomingMessage, ServerResponse } from "node:http";
import {
  Counter as RawCounter,
  collectDefaultMetrics,
  Gauge as RawGauge,
  Histogram as RawHistogram,
  Registry,
} from "@prometheus-io/client";
import { withDeadline } from "./deadline.ts";

/** The values a label may take: a closed set, or any text up to `max` different ones. */
type LabelDomain = readonly string[] | { readonly max: number };
type LabelDomains = Readonly<Record<string, LabelDomain>>;

/** Label values as a caller writes them: a closed set is checked by the compiler. */
export type LabelsOf<Domains extends LabelDomains> = {
  [Name in keyof Domains]: Domains[Name] extends readonly (infer Value)[] ? Value : string;
};

type Labelled<Domains extends LabelDomains, Rest extends unknown[]> = keyof Domains extends never
  ? Rest
  : [labels: LabelsOf<Domains>, ...Rest];

export interface Counter<Domains extends LabelDomains = Record<never, never>> {
  /** Adds `by`, default 1. */
  inc(...args: Labelled<Domains, [by?: number]>): void;
}

export interface Gauge<Domains extends LabelDomains = Record<never, never>> {
  set(...args: Labelled<Domains, [value: number]>): void;
  /** Adds `by`, default 1; negative to take away. */
  inc(...args: Labelled<Domains, [by?: number]>): void;
}

export interface Histogram<Domains extends LabelDomains = Record<never, never>> {
  /** Records one measurement in the base unit of the name: seconds or bytes. */
  observe(...args: Labelled<Domains, [value: number]>): void;
}

interface MetricOptions<Domains extends LabelDomains> {
  /** What it counts and what a rise means. */
  help: string;
  labels?: Domains;
}

interface GaugeOptions<Domains extends LabelDomains> extends MetricOptions<Domains> {
  /** Called for each scrape, to set a value that is cheaper to look up than to keep. */
  collect?: (gauge: Gauge<Domains>) => void | Promise<void>;
}

interface HistogramOptions<Domains extends LabelDomains> extends MetricOptions<Domains> {
  /** Upper bounds, rising; default suits seconds from 1 ms to 10 s. */
  buckets?: number[];
}

const PREFIX = "touchline_";
/** Gauges called `_total`, and names that hold a type, which `promtool check metrics` refuses. Others say the same. */
const MISNAMED = [
  "nodejs_active_handles_total",
  "nodejs_active_requests_total",
  "nodejs_active_resources_total",
  "nodejs_eventloop_utilization_histogram",
  "nodejs_eventloop_utilization_summary",
];
/** Bounds for how long an event is under way, in seconds: the same for every part of its way, so that they compare. */
export const EVENT_SECONDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Replaces every value outside a label's set, so that no caller can grow the number of series. */
export const OTHER = "other";

/** One registry for the process. Names are given without the prefix `touchline_`. */
export class Metrics {
  readonly registry = new Registry();

  constructor(options: { processMetrics?: boolean } = {}) {
    if (options.processMetrics === false) return;
    collectDefaultMetrics({ register: this.registry, prefix: PREFIX });
    for (const name of MISNAMED) this.registry.removeSingleMetric(PREFIX + name);
  }

  /** @throws RangeError when the name does not end in `_total` */
  counter<const Domains extends LabelDomains = Record<never, never>>(
    name: string,
    options: MetricOptions<Domains>,
  ): Counter<Domains> {
    if (!name.endsWith("_total")) throw new RangeError(`counter ${name} must end in _total`);
    const { raw, bound } = this.#describe(name, options);
    const counter = new RawCounter<string>(raw);
    // From zero: a rate needs a first value, and a sum over all labels needs the empty ones.
    for (const labels of closedCombinations(options.labels)) counter.inc(labels, 0);
    return { inc: (...args: unknown[]) => counter.inc(...withDefault(bound(args), 1)) };
  }

  gauge<const Domains extends LabelDomains = Record<never, never>>(
    name: string,
    options: GaugeOptions<Domains>,
  ): Gauge<Domains> {
    const { raw, bound } = this.#describe(name, options);
    const { collect } = options;
    const gauge = new RawGauge<string>(collect === undefined ? raw : { ...raw, collect: () => collect(typed) });
    const typed: Gauge<Domains> = {
      set: (...args: unknown[]) => gauge.set(...withDefault(bound(args), 0)),
      inc: (...args: unknown[]) => gauge.inc(...withDefault(bound(args), 1)),
    };
    return typed;
  }

  histogram<const Domains extends LabelDomains = Record<never, never>>(
    name: string,
    options: HistogramOptions<Domains>,
  ): Histogram<Domains> {
    const { raw, bound } = this.#describe(name, options);
    const histogram = new RawHistogram<string>({ ...raw, buckets: options.buckets ?? SECONDS_BUCKETS });
    return { observe: (...args: unknown[]) => histogram.observe(...withDefault(bound(args), 0)) };
  }

  #describe<Domains extends LabelDomains>(name: string, { help, labels }: MetricOptions<Domains>) {
    if (help.trim() === "") throw new RangeError(`metric ${name} needs a help text`);
    const raw = { name: PREFIX + name, help, labelNames: Object.keys(labels ?? {}), registers: [this.registry] };
    return { raw, bound: boundLabels(labels ?? {}) };
  }
}

/** Splits a call into labels and value, replacing label values outside their set by `OTHER`. */
function boundLabels(domains: LabelDomains): (args: unknown[]) => [labels: Record<string, string>, value: unknown] {
  const limits = Object.entries(domains).map(([name, domain]) => ({
    name,
    seen: new Set<string>("max" in domain ? [] : domain),
    max: "max" in domain ? domain.max : 0,
  }));
  if (limits.length === 0) return (args) => [{}, args[0]];
  return (args) => {
    const given = args[0] as Readonly<Record<string, string>>;
    const labels: Record<string, string> = {};
    for (const { name, seen, max } of limits) {
      const value = String(given[name]);
      if (seen.size < max) seen.add(value);
      labels[name] = seen.has(value) ? value : OTHER;
    }
    return [labels, args[1]];
  };
}

function withDefault(
  [labels, value]: [Record<string, string>, unknown],
  otherwise: number,
): [Record<string, string>, number] {
  return [labels, typeof value === "number" ? value : otherwise];
}

function closedCombinations(domains: LabelDomains = {}): Record<string, string>[] {
  let combinations: Record<string, string>[] = [{}];
  for (const [name, domain] of Object.entries(domains)) {
    if ("max" in domain) return [];
    combinations = combinations.flatMap((labels) => domain.map((value) => ({ ...labels, [name]: value })));
  }
  return combinations;
}

/** Time all collectors together may take before a scrape is answered with an error. */
const SCRAPE_DEADLINE_MS = 5_000;

/** Answers a scrape; works with `node:http` and as an Express handler. */
export function metricsHandler(metrics: Metrics): (req: IncomingMessage, res: ServerResponse) => void {
  return (_req, res) => {
    withDeadline(metrics.registry.metrics(), SCRAPE_DEADLINE_MS, "collecting metrics").then(
      (text) => res.writeHead(200, { "content-type": metrics.registry.contentType }).end(text),
      () => res.writeHead(503, { "content-type": "text/plain" }).end("metrics could not be collected\n"),
    );
  };
}
