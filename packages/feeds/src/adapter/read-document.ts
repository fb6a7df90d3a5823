import { parseXml, XmlElement, XmlError, type XmlNode } from "@rgrove/parse-xml";
import { type FeedDocument, FeedError } from "./adapter.ts";

/** The text without a byte order mark, which some producers of files put first. */
function plainText({ text }: FeedDocument): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}

/** @throws FeedError naming the document */
export function readJson(document: FeedDocument): unknown {
  try {
    return JSON.parse(plainText(document));
  } catch (error) {
    throw new FeedError(`${document.name} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The root element. @throws FeedError naming the document, and the line that is not XML */
export function readXml(document: FeedDocument): XmlElement {
  try {
    const { root } = parseXml(plainText(document));
    if (root) return root;
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new FeedError(`${document.name} is not XML: line ${error.line}, ${error.message.split("\n", 1)[0] ?? ""}`);
  }
  throw new FeedError(`${document.name} is not XML: it has no element`);
}

export function isXml(document: FeedDocument): boolean {
  return plainText(document).trimStart().startsWith("<");
}

/** The lines that hold something, with their numbers, from 1. */
export function linesOf(document: FeedDocument): { readonly text: string; readonly where: string }[] {
  return plainText(document)
    .split("\n")
    .map((line, index) => ({ text: line.trim(), where: `${document.name}, line ${index + 1}` }))
    .filter(({ text }) => text !== "");
}

/** The child elements of that name, in their order. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  const isOne = (node: XmlNode): node is XmlElement => node instanceof XmlElement && node.name === name;
  return element?.children.filter(isOne) ?? [];
}

/** The first element at a path of names below `element`. */
export function elementAt(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>((at, name) => childrenOf(at, name)[0], element);
}
