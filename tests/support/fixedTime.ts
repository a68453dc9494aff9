// The time at which tests of handlers begin, unless they say another one.
import { afterEach, beforeEach, vi } from "vitest";

export const NOW = Date.parse("2026-03-01T12:00:00.000Z");
export const EARLIER = NOW - 60_000;

/** Gives each test of a file a time that goes on only where something waits. */
export function fixedTime(now = NOW): void {
  beforeEach(() => {
    vi.useFakeTimers({ now });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
