import { ContractError, DeadlineError, ProblemError, UnreachableError } from "@touchline/client";
import { IncidentFeedError, TimelineError } from "@touchline/feeds";
import { UserError } from "./commands/command.ts";

/** What went wrong, in one line where it is nobody's fault in here; a stack trace only for our own mistakes. */
export function failureText(error: unknown): string {
  if (error instanceof ProblemError) {
    const details = error.errors.map(({ path, message }) => `\n  ${path ? `${path}: ` : ""}${message}`);
    return `${error.message} (HTTP ${error.status})${details.join("")}`;
  }
  if (error instanceof UnreachableError)
    return `${error.message}\nIs the service running there? --url says where it is.`;
  const expected = [UserError, TimelineError, IncidentFeedError, DeadlineError, ContractError];
  if (expected.some((kind) => error instanceof kind)) return (error as Error).message;
  if (isFileError(error))
    return `cannot read ${error.path ?? "the input"}: ${FILE_TROUBLE[error.code ?? ""] ?? error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The codes that a mistyped path leads to, in words. */
const FILE_TROUBLE: Readonly<Record<string, string>> = {
  ENOENT: "ENOENT, there is no such file or folder",
  EISDIR: "EISDIR, a file is needed and this is a folder",
  ENOTDIR: "ENOTDIR, a folder is needed and this is a file",
  EACCES: "EACCES, permission denied",
};

function isFileError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error &&
    "code" in error &&
    "syscall" in error &&
    /^(?:open|read|stat|scandir)$/.test(String(error.syscall))
  );
}
