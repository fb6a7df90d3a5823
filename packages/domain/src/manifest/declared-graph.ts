import type { Graph, GraphKind } from "../planning/graph-version.ts";
import { manifestGraph, parseManifest } from "./manifest-graph.ts";

/**
 * The declared graph by the settings and by the manifest in force. A manifest that this build cannot read leaves the
 * last good one in force; before there was one, everything reads everything.
 * @param undeclared of a predictor of this kind while no manifest is known: `graphFor(kind)`
 * @param onUnreadable called with the ManifestError
 */
export function declaredGraph(
  kind: GraphKind,
  undeclared: Graph,
  onUnreadable: (error: unknown) => void,
): (manifest: unknown) => Graph {
  let lastGood = undeclared;
  if (kind !== "manifest") return () => lastGood;
  return (manifest) => {
    if (manifest === null || manifest === undefined) return (lastGood = undeclared);
    try {
      return (lastGood = manifestGraph(parseManifest(manifest)));
    } catch (error) {
      onUnreadable(error);
      return lastGood;
    }
  };
}
