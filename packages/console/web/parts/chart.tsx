import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

export interface ChartLine {
  readonly label: string;
  readonly values: readonly (number | null)[];
}

interface ChartProps {
  /** What the chart shows, for those who do not see it. */
  readonly label: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly lines: readonly ChartLine[];
  readonly height: number;
  readonly format: (value: number) => string;
  /** Points alone, for measurements that are not one quantity over time. */
  readonly points?: boolean;
}

const COLOURS = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];

/** A chart over time that follows its data, its width and the colours of the page. */
export function Chart({ label, times, lines, height, format, points = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const names = lines.map((line) => line.label).join("/");
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = new uPlot(
        optionsFor(element, { names: names.split("/"), height, format, points }),
        dataOf(times, lines),
        element,
      );
    };
    draw();
    const resized = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const scheme = new MutationObserver(draw);
    scheme.observe(document.documentElement, { attributeFilter: ["data-scheme"] });
    dark.addEventListener("change", draw);
    return () => {
      resized.disconnect();
      scheme.disconnect();
      dark.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [names, height, points]);
  useEffect(() => plot.current?.setData(dataOf(times, lines)), [times, lines]);
  return <div class="chart" ref={place} role="img" aria-label={label} style={{ minHeight: `${height}px` }} />;
}

function dataOf(times: readonly number[], lines: readonly ChartLine[]): uPlot.AlignedData {
  return [[...times], ...lines.map(({ values }) => [...values])];
}

interface Look {
  readonly names: readonly string[];
  readonly height: number;
  readonly format: (value: number) => string;
  readonly points: boolean;
}

function optionsFor(element: HTMLElement, { names, height, format, points }: Look): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour("--quiet"),
    grid: { stroke: colour("--hairline"), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  };
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 6, 0, 0],
    axes: [
      { ...axis, size: 26, space: 90, grid: { show: false }, values: (_plot, times) => times.map(clockText) },
      { ...axis, size: 52, space: 32, values: (_plot, values) => values.map(format) },
    ],
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(high ?? 0, Number.MIN_VALUE) * 1.15 || 1] } },
    series: [
      {},
      ...names.map((name, index) => {
        const stroke = colour(COLOURS[index % COLOURS.length] ?? "--line-1");
        return points
          ? { label: name, stroke, width: 0, paths: () => null, points: { show: true, size: 5, fill: stroke } }
          : { label: name, stroke, width: 1.75, spanGaps: true, points: { show: false } };
      }),
    ],
  };
}

function clockText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const part = (value: number): string => String(value).padStart(2, "0");
  return `${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())}`;
}
