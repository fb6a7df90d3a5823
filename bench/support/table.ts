type Cell = string | number;

/** Prints rows under a header, numbers to the right with three digits that matter. */
export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const texts = [header, ...rows].map((row) => row.map(text));
  const widths = header.map((_name, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  for (const row of texts)
    process.stdout.write(
      `${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}\n`,
    );
}

function text(cell: Cell): string {
  if (typeof cell === "string") return cell;
  return Math.abs(cell) >= 100 ? Math.round(cell).toString() : Number(cell.toPrecision(3)).toString();
}
