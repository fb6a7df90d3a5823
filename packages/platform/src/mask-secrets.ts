/** Replaces a secret in print and in logs. */
export const MASK = "***";

const SECRET_NAME = /(password|passwd|secret|token|credential|api_?keys?|_keys?|^keys?|authorization|cookie)$/i;
const SECRET_PARAMETER = /([?&][^=&\s"]*(?:pass|secret|token|key)[^=&\s"]*=)[^&\s"]*/gi;
// Greedy up to the last "@" of the word: a password with an unescaped "@" or "/" must not show its tail.
const USER_INFO = /:\/\/[^\s"]*@/g;

/**
 * Whether a setting or field of this name holds a secret as a whole (`ADMIN_PASSWORD`, `API_KEYS`, `authorization`).
 */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Replaces credentials inside URLs, wherever they are in `text`; everything else stays as it is. */
export function maskCredentials(text: string): string {
  if (!text.includes("://")) return text;
  return text.replace(USER_INFO, `://${MASK}@`).replace(SECRET_PARAMETER, `$1${MASK}`);
}
