import { computed, signal } from "@preact/signals";
import { placeOf } from "./place.ts";

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

export const place = computed(() => placeOf(hash.value));
