import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { SetupError } from "./plain-words.mjs";

const ANSWER_TIMEOUT_MS = 3_000;

/**
 * Makes sure that the Redis a variable names is there, so that a missing server is not looked for in a service.
 * @param {string} variable @param {string} url may list several nodes: one that answers is enough
 */
export async function requireAnswer(variable, url) {
  const match = /^redis(s?)(?:\+sentinel)?:\/\/(?:.*@)?([^/?]+)/.exec(url);
  if (!match)
    throw new SetupError(`${variable} must start with redis:// or rediss://; correct it, or let the set-up find one:`, [
      `unset ${variable}`,
    ]);
  const problems = [];
  for (const node of match[2].split(",")) {
    const [, host, port] = /^(?:rediss?:\/\/)?(.+?)(?::(\d+))?$/.exec(node) ?? [];
    const problem = await ping(host.replace(/^\[|\]$/g, ""), Number(port ?? 6379), match[1] === "s");
    if (problem === undefined) return;
    problems.push(`${node}: ${problem}`);
  }
  throw new SetupError(
    `${variable} is set, but no Redis answers there (${problems.join("; ")}). Start it, or let the set-up find one:`,
    [`unset ${variable}`],
  );
}

/**
 * @param {string} host @param {number} port @param {boolean} [tls]
 * @returns {Promise<string | undefined>} what is wrong; undefined when a Redis answers, even if only to ask for a
 * password
 */
export function ping(host, port, tls = false) {
  return new Promise((resolve) => {
    const socket = tls ? connectTls({ host, port, rejectUnauthorized: false }) : connect({ host, port });
    const end = (problem) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => end(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`));
    socket.once(tls ? "secureConnect" : "connect", () => socket.write("PING\r\n"));
    socket.once("error", (error) => end(error.code ?? error.message));
    socket.once("close", () => end("connection closed"));
    socket.once("data", (reply) => {
      const text = reply.toString();
      if (/^(\+PONG|-NOAUTH|-NOPERM)/.test(text)) end(undefined);
      else end(text.startsWith("-") ? text.slice(1).trim() : "something answers, but it is no Redis");
    });
  });
}
