// The time at which tests of handlers begin.
import { afterEach, beforeEach, vi } from "vitest";

export const NOW = Date.parse("2026-03-01T12:00:00.000Z");
export const EARLIER = NOW - 60_000;

/** Gives each test of a file that time, which goes on only where something waits. */
export function fixedTime(): void {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
