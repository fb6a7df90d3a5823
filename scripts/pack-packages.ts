/**
 * `pnpm pack:packages`: builds what can be installed outside of this repository, and packs it into tarballs. Names of
 * packages as arguments choose some of them.
 */
import { packAll } from "./packages/pack-all.ts";
import { PUBLISHED_PACKAGES } from "./packages/published-packages.ts";

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => PUBLISHED_PACKAGES.every((known) => known.name !== name));
if (unknown.length > 0) {
  const names = PUBLISHED_PACKAGES.map(({ name }) => name).join(", ");
  process.stderr.write(`no package ${unknown.join(", ")}, only ${names}\n`);
  process.exitCode = 2;
} else {
  const chosen = PUBLISHED_PACKAGES.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const tarballs = await packAll(chosen);
  for (const tarball of tarballs.values()) process.stdout.write(`${tarball}\n`);
}
