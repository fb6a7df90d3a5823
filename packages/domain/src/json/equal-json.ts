/** Whether two JSON values are equal; the order of an object's keys means nothing, and an undefined value is absent. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => equalJson(item, b[index]));
  }
  const present = presentIn(a);
  const others = b as Readonly<Record<string, unknown>>;
  return present.length === presentIn(b).length && present.every(([key, value]) => equalJson(value, others[key]));
}

function presentIn(object: object): [string, unknown][] {
  return Object.entries(object).filter(([, value]) => value !== undefined);
}
