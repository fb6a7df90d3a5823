import { styleText } from "node:util";
import type { Diagnosis } from "@touchline/diagnosis";
import { healthRows } from "./health-rows.ts";
import type { HealthLook } from "./look.ts";

const MARKS = { well: ["✓", "green"], watch: ["!", "yellow"], trouble: ["✗", "red"], down: ["✗", "red"] } as const;

/** What one look found, for people: the findings with what to do, then the figures. */
export function healthText({ snapshot, diagnosis }: HealthLook, coloured: boolean): string {
  const findings = diagnosis.findings.flatMap(({ gravity, sentence, action, runbook }) => [
    `${mark(gravity, coloured)} ${bold(sentence, coloured)}`,
    `  ${action}`,
    `  ${faint(runbook, coloured)}`,
  ]);
  const head = findings.length === 0 ? [`${mark("well", coloured)} ${bold(diagnosis.sentence, coloured)}`] : findings;
  const rows = snapshot ? healthRows(snapshot) : [];
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  const figures = rows.map(([name, words]) => `  ${faint(name.padEnd(width), coloured)}  ${words}`);
  return [...head, ...(figures.length > 0 ? ["", ...figures] : []), ""].join("\n");
}

function mark(status: Diagnosis["status"], coloured: boolean): string {
  const [sign, colour] = MARKS[status];
  return coloured ? styleText(colour, sign) : sign;
}

function bold(text: string, coloured: boolean): string {
  return coloured ? styleText("bold", text) : text;
}

function faint(text: string, coloured: boolean): string {
  return coloured ? styleText("dim", text) : text;
}
