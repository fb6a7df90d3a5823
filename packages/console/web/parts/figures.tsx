import type { ComponentChildren } from "preact";

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly note: string;
  /** Whether the figure is out of its usual range: said in words as well as in colour. */
  readonly concern?: boolean;
}

/** One number with its name and what it means. */
export function Figure({ name, value, note, concern = false }: FigureProps) {
  return (
    <div class={concern ? "figure concern" : "figure"}>
      <dt>{name}</dt>
      <dd>
        <span class="figure-value">{value}</span>
        <span class="figure-note">{concern ? `⚠ ${note}` : note}</span>
      </dd>
    </div>
  );
}

export function Figures({ label, children }: { readonly label: string; readonly children: ComponentChildren }) {
  return (
    <dl class="figures" aria-label={label}>
      {children}
    </dl>
  );
}
