/** Keys of continuous verification: of the installation, not of a match. Each is used by itself. */
export interface VerificationKeys {
  /** List of samples that wait for a worker, newest first. */
  readonly samples: string;
  /** Hash of what was found so far. */
  readonly counts: string;
  /** List of the last misses, newest first. */
  readonly misses: string;
}

/** One hash tag: what a worker found goes into two of them in one step. */
export function verificationKeys(prefix: string): VerificationKeys {
  const key = (name: string): string => `${prefix}:{verification}:${name}`;
  return { samples: key("samples"), counts: key("counts"), misses: key("misses") };
}
