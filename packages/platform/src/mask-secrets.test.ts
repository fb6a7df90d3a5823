import { describe, expect, it } from "vitest";
import { isSecretName, maskCredentials } from "./mask-secrets.ts";

describe("masking secrets", () => {
  it.each([
    ["redis://user:pw@host:6379/0", "redis://***@host:6379/0"],
    ["redis://:p@ss/w@host", "redis://***@host"],
    [
      "redis+sentinel://:pw@a:1,b:2/main?sentinelPassword=pw2",
      "redis+sentinel://***@a:1,b:2/main?sentinelPassword=***",
    ],
    ["connect failed: rediss://u:p@h:1 refused", "connect failed: rediss://***@h:1 refused"],
    ["http://predictor/?api_key=abc&x=1", "http://predictor/?api_key=***&x=1"],
    ["redis://127.0.0.1:6379", "redis://127.0.0.1:6379"],
    ["someone@example.org", "someone@example.org"],
  ])("turns %s into %s", (text, masked) => {
    expect(maskCredentials(text)).toBe(masked);
  });

  it.each(["ADMIN_PASSWORD", "API_KEYS", "API_KEY", "authorization", "clientSecret", "token"])(
    "knows %s for a secret",
    (name) => {
      expect(isSecretName(name)).toBe(true);
    },
  );

  it.each(["KEY_PREFIX", "PORT", "keyboard", "REDIS_URL"])("knows %s for harmless", (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});
