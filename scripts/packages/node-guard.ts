import type { Plugin } from "rolldown";

interface GuardOptions {
  /** Names of the programs, by that of their chunk: they end with the reason, others throw it. */
  readonly programs: ReadonlyMap<string, string>;
  readonly packageName: string;
  /** `engines.node` of the package: `>=20.19`. */
  readonly engines: string;
}

/**
 * Has the package name a Node that it does not support. Without it an old Node ends somewhere within, with the name of
 * a function that it does not have.
 */
export function nodeGuard({ programs, packageName, engines }: GuardOptions): Plugin {
  const [, major = "", minor = "0"] = /^>=(\d+)(?:\.(\d+))?$/.exec(engines) ?? [];
  if (major === "") throw new Error(`engines of ${packageName} is not ">=major.minor" but "${engines}"`);
  return {
    name: "node-guard",
    renderChunk(code, { isEntry, name }) {
      if (!isEntry) return null;
      const [shebang = ""] = /^#!.*\n/.exec(code) ?? [];
      const who = programs.get(name) ?? packageName;
      const reason = `"${who} needs Node ${major}.${minor} or newer, and this is Node " + process.versions.node`;
      const refusal = programs.has(name)
        ? `{ process.stderr.write(${reason} + "\\n"); process.exit(1); }`
        : `throw new Error(${reason});`;
      const guard = [
        `const [nodeMajor, nodeMinor] = process.versions.node.split(".").map(Number);`,
        `if (nodeMajor < ${major} || (nodeMajor === ${major} && nodeMinor < ${minor})) ${refusal}`,
      ].join("\n");
      return { code: `${shebang}${guard}\n${code.slice(shebang.length)}`, map: null };
    },
  };
}
