// Virtual time: one queue of future events, taken in order of time, then of scheduling.

/** Something that will happen; `cancel` makes it not happen. */
export interface Timer {
  /** Virtual time in milliseconds since the epoch. */
  readonly at: number;
  cancel(): void;
}

export interface TimerOptions {
  /**
   * A background event (a schedule's next tick, a retention limit) does not keep the simulation busy: `runUntilQuiet`
   * stops when only background events are left.
   * @default false
   */
  readonly background?: boolean;
}

interface Entry extends Timer {
  readonly sequence: number;
  readonly background: boolean;
  run: (() => void) | undefined;
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.sequence < right.sequence);
}

/** The simulation's only clock. Nothing in a simulation reads the host's. */
export class Clock {
  private readonly heap: Entry[] = [];
  private sequence = 0;
  private foreground = 0;
  private current: number;

  /** @param start milliseconds since the epoch */
  constructor(start: number) {
    this.current = start;
  }

  /** Virtual time in whole milliseconds since the epoch. */
  get now(): number {
    return this.current;
  }

  /** Whether work is under way: an event that is not in the background is still to come. */
  get busy(): boolean {
    return this.foreground > 0;
  }

  /** When the next event happens, or undefined when none is scheduled. */
  get nextAt(): number | undefined {
    this.dropCancelled();
    return this.heap[0]?.at;
  }

  /** Runs something at a time; a time in the past means now. Fractions of a millisecond are rounded up. */
  at(time: number, run: () => void, options: TimerOptions = {}): Timer {
    if (!Number.isFinite(time)) throw new RangeError(`[time] must be a finite number of milliseconds, got ${time}`);
    const background = options.background ?? false;
    const entry: Entry = {
      at: Math.max(this.current, Math.ceil(time)),
      sequence: this.sequence++,
      background,
      run,
      cancel: () => {
        if (entry.run === undefined) return;
        entry.run = undefined;
        if (!background) this.foreground -= 1;
      },
    };
    if (!background) this.foreground += 1;
    this.push(entry);
    return entry;
  }

  /** Runs something after a delay in milliseconds. */
  after(delay: number, run: () => void, options: TimerOptions = {}): Timer {
    return this.at(this.current + Math.max(0, delay), run, options);
  }

  /** Whether an event is due by `limit`, in milliseconds since the epoch. */
  isDue(limit: number): boolean {
    const { nextAt } = this;
    return nextAt !== undefined && nextAt <= limit;
  }

  /** Takes the next event, when it is due by `limit`; tells whether there was one. */
  step(limit = Number.POSITIVE_INFINITY): boolean {
    this.dropCancelled();
    const next = this.heap[0];
    if (next === undefined || next.at > limit) return false;
    this.pop();
    const run = next.run;
    next.run = undefined;
    if (!next.background) this.foreground -= 1;
    this.current = next.at;
    run?.();
    return true;
  }

  /** Moves time forward without an event; for the end of a run that is limited in time. */
  advanceTo(time: number): void {
    this.current = Math.max(this.current, Math.ceil(time));
  }

  private dropCancelled(): void {
    while (this.heap.length > 0 && this.heap[0]?.run === undefined) this.pop();
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry) ? right : left;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
  }
}
