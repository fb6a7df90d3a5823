/**
 * Rows as aligned columns, two spaces apart, without trailing blanks. The last column is as long as it is.
 * @param header column names; printed in capitals, so that they differ from what stands below
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ("left" | "right")[] = [],
): string {
  const all = [header.map((name) => name.toUpperCase()), ...rows];
  const widths = header.map((_name, column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  return all
    .map((row) =>
      row
        .map((cell, column) => {
          const blanks = " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell)));
          return align[column] === "right" ? blanks + cell : cell + blanks;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Characters that a reader counts: `é` is one, however it is encoded. */
function widthOf(text: string): number {
  return [...graphemes.segment(text)].length;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
