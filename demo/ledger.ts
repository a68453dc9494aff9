// What a payment provider keeps: its charges, one for an idempotency key, and every call.
import type { LedgerEntry, ProviderCall } from "./stage";

/** The books of one provider. */
export class Ledger {
  readonly entries: LedgerEntry[] = [];
  readonly calls: ProviderCall[] = [];
  private readonly charged = new Set<string>();

  /** Charges once for a key, as payment providers do. */
  charge(entry: Omit<LedgerEntry, "kind">): void {
    const { idempotencyKey } = entry;
    const isReplay = idempotencyKey !== "" && this.charged.has(idempotencyKey);
    this.charged.add(idempotencyKey);
    this.entries.push({ ...entry, kind: isReplay ? "replay" : "charge" });
  }
}
