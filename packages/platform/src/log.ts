import { type DestinationStream, type Logger as PinoLogger, type LevelWithSilent, pino } from "pino";
import { MASK, maskCredentials } from "./mask-secrets.ts";

/** A log line is an object with stable names and a constant message: `log.warn({ matchId }, "event out of order")`. */
export type Logger = PinoLogger;
export type LogLevel = LevelWithSilent;

interface LogOptions {
  /** Part of every line, so that the lines of several services can be distinguished. */
  service: string;
  level?: LogLevel;
  /** Where lines go; default standard output. May throw: callers never notice. */
  sink?: { write(line: string): unknown };
}

const SECRET_FIELDS = ["password", "authorization", "cookie", "apiKey", "apiKeys", "token", "secret"];

/** Unwritten lines kept while standard output does not take them; what comes on top is dropped. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/**
 * Structured JSON lines. Secrets are removed twice: by field name, and out of every URL in the finished line,
 * because a password also travels inside error messages. A sink that fails or hangs loses lines, never requests.
 */
export function createLogger({ service, level = "info", sink }: LogOptions): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
      redact: { paths: secretPaths(), censor: MASK },
      hooks: { streamWrite: maskCredentials },
    },
    sink === undefined ? standardOutput() : harmless(sink),
  );
}

function secretPaths(): string[] {
  // The field itself, as part of an object, and as part of an object in an object such as `req.headers`.
  return SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
}

function standardOutput(): DestinationStream {
  // Asynchronous: a reader that stops reading must not stop the service.
  const stream = pino.destination({ dest: 1, sync: false, maxLength: MAX_BUFFERED_BYTES });
  // There is nowhere left to report a broken log, and an unhandled "error" event would end the process.
  stream.on("error", ignore);
  const flush = stream.flushSync.bind(stream);
  stream.flushSync = (): void => {
    try {
      flush();
    } catch {
      // Called while the process exits: its exit code must stay its own.
    }
  };
  return stream;
}

function harmless(sink: { write(line: string): unknown }): DestinationStream {
  return {
    write(line: string): void {
      try {
        sink.write(line);
      } catch {
        // As above: a failing log is no reason to fail the caller.
      }
    },
  };
}

function ignore(): void {}
