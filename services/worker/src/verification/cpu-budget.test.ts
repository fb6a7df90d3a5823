import { describe, expect, it } from "vitest";
import { CpuBudget } from "./cpu-budget.ts";

/** Does `rounds` of real work of 10 ms, and background work of 3 ms wherever the budget is open. */
async function spentOf(share: number, rounds: number): Promise<{ readonly real: number; readonly background: number }> {
  let cpu = 1_000;
  let background = 0;
  const budget = new CpuBudget(share, () => cpu);
  for (let round = 0; round < rounds; round++) {
    cpu += 10;
    if (!budget.isOpen) continue;
    await budget.spend(async () => {
      cpu += 3;
      background += 3;
    });
  }
  expect(budget.spentMs).toBe(background);
  return { real: 10 * rounds, background };
}

describe("the CPU budget of background work", () => {
  it("is its share of all other work, but for what a start allows", async () => {
    const { real, background } = await spentOf(0.02, 10_000);
    expect(background / real).toBeLessThanOrEqual(0.02 + (50 + 3) / real);
    expect(background / real).toBeGreaterThan(0.019);
  });

  it("is closed with a share of 0", async () => {
    expect((await spentOf(0, 100)).background).toBe(0);
  });

  it("saves up no more than a little for later", async () => {
    let cpu = 0;
    const budget = new CpuBudget(0.02, () => cpu);
    cpu += 1_000_000;
    expect(budget.isOpen).toBe(true);
    await budget.spend(async () => void (cpu += 51));
    expect(budget.isOpen).toBe(false);
  });

  it("counts what fails", async () => {
    let cpu = 0;
    const budget = new CpuBudget(0.02, () => cpu);
    const failing = budget.spend(async () => {
      cpu += 60;
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect([budget.spentMs, budget.isOpen]).toEqual([60, false]);
  });
});
