/** A square of an SVG with two axes. Coordinates of `at` are data; the panel knows where they lie on paper. */
export interface Axis {
  readonly from: number;
  readonly to: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  readonly title: string;
}

interface PanelOptions {
  readonly left: number;
  readonly top: number;
  readonly size: number;
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  /** Long names on the x axis are written aslant. */
  readonly slanted?: boolean;
}

const INK = "#333";
const GRID = "#e6e6e6";

export class Panel {
  readonly #options: PanelOptions;
  readonly #shapes: string[] = [];

  constructor(options: PanelOptions) {
    this.#options = options;
  }

  line(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): void {
    this.#shapes.push(segment(this.#x(x1), this.#y(y1), this.#x(x2), this.#y(y2), colour, width));
  }

  dot(x: number, y: number, colour: string): void {
    this.#shapes.push(circle(this.#x(x), this.#y(y), colour));
  }

  /** A vertical stripe over the whole height, with a name at its top. */
  stripe(from: number, to: number, name: string, fill: string): void {
    const { top, size } = this.#options;
    const x = this.#x(from);
    this.#shapes.push(
      `<rect x="${round(x)}" y="${top}" width="${round(this.#x(to) - x)}" height="${size}" fill="${fill}"/>`,
      text((x + this.#x(to)) / 2, top + size - 8, name, `text-anchor="middle" fill="#888"`),
    );
  }

  /** Names of the colours, from the panel's upper left corner down, or its lower left corner up. */
  legend(
    entries: readonly { readonly colour: string; readonly name: string }[],
    corner: "top" | "bottom" = "top",
  ): void {
    const { left, top, size } = this.#options;
    const first = corner === "top" ? top + 18 : top + size - 12 - 16 * (entries.length - 1);
    for (const [index, { colour, name }] of entries.entries()) {
      const y = first + 16 * index;
      this.#shapes.push(circle(left + 14, y - 4, colour), text(left + 24, y, name));
    }
  }

  toString(): string {
    const { left, top, size, title, x, y, slanted = false } = this.#options;
    const tick = (at: number, name: string) =>
      slanted
        ? text(
            at,
            top + size + 14,
            name,
            `font-size="9" text-anchor="end" transform="rotate(-60 ${round(at)} ${top + size + 14})"`,
          )
        : text(at, top + size + 18, name, `text-anchor="middle"`);
    const middle = top + size / 2;
    return [
      text(left, top - 16, title, `font-size="14" font-weight="bold"`),
      ...y.ticks.map(({ at }) => segment(left, this.#y(at), left + size, this.#y(at), GRID)),
      ...this.#shapes,
      `<rect x="${left}" y="${top}" width="${size}" height="${size}" fill="none" stroke="${INK}"/>`,
      ...x.ticks.map(({ at, text: name }) => tick(this.#x(at), name)),
      ...y.ticks.map(({ at, text: name }) => text(left - 8, this.#y(at) + 4, name, `text-anchor="end"`)),
      text(left + size / 2, top + size + (slanted ? 62 : 38), x.title, `text-anchor="middle"`),
      text(left - 46, middle, y.title, `text-anchor="middle" transform="rotate(-90 ${left - 46} ${middle})"`),
    ].join("\n");
  }

  #x(at: number): number {
    const { left, size, x } = this.#options;
    return left + ((at - x.from) / (x.to - x.from)) * size;
  }

  #y(at: number): number {
    const { top, size, y } = this.#options;
    return top + size - ((at - y.from) / (y.to - y.from)) * size;
  }
}

/** The document around panels. */
export function svgDocument(width: number, height: number, title: string, panels: readonly Panel[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12" fill="${INK}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels.map(String),
    "</svg>",
    "",
  ].join("\n");
}

function segment(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" stroke-width="${width}"/>`;
}

function circle(x: number, y: number, colour: string): string {
  return `<circle cx="${round(x)}" cy="${round(y)}" r="3.5" fill="${colour}"/>`;
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${round(x)}" y="${round(y)}" ${attributes}>${escaped(content)}</text>`;
}

function round(value: number): string {
  return value.toFixed(1);
}

/** Names of leagues come from files. */
function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
