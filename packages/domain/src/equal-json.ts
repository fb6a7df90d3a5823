/** Whether two JSON values are equal; the order of an object's keys means nothing, and an undefined value is absent. */
export function equalJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => equalJson(item, b[index]));
  }
  return isWithin(a, b) && isWithin(b, a);
}

function isWithin(a: object, b: object): boolean {
  for (const [key, value] of Object.entries(a))
    if (value !== undefined && !equalJson(value, (b as Readonly<Record<string, unknown>>)[key])) return false;
  return true;
}
