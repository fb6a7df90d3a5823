import { ApiError } from "../http/problems.ts";

interface PlacesOptions {
  readonly max: number;
  readonly maxOfAddress: number;
}

/** How many streams may be open, in all and from one address: one client's mistake must not use up everybody's. */
export class StreamPlaces {
  readonly #options: PlacesOptions;
  readonly #byAddress = new Map<string, number>();
  #taken = 0;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** @returns gives the place back; further calls do nothing   @throws ApiError `too_many_streams` */
  take(address: string): () => void {
    const { max, maxOfAddress } = this.#options;
    const ofAddress = this.#byAddress.get(address) ?? 0;
    if (this.#taken >= max) throw refused(`${max} streams are open`);
    if (ofAddress >= maxOfAddress) throw refused(`${maxOfAddress} streams from ${address} are open`);
    this.#taken++;
    this.#byAddress.set(address, ofAddress + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#taken--;
      const left = (this.#byAddress.get(address) ?? 1) - 1;
      if (left > 0) this.#byAddress.set(address, left);
      else this.#byAddress.delete(address);
    };
  }
}

const RETRY_AFTER_SECONDS = 5;

function refused(detail: string): ApiError {
  return new ApiError("too_many_streams", { detail, retryAfterSeconds: RETRY_AFTER_SECONDS });
}
