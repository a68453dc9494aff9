// A log group with its lines.

export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly logStream: string;
  readonly message: string;
  readonly eventId: string;
}

/** What an API call can ask for; times are milliseconds since the epoch, `endTime` is not included. */
export interface LineFilter {
  readonly startTime?: number;
  readonly endTime?: number;
  readonly matches?: (line: LogLine) => boolean;
}

const day = 86_400_000;

export class LogGroup {
  private lines: LogLine[] = [];
  private readonly streams = new Map<string, number>();
  private sequence = 0;

  constructor(
    readonly name: string,
    readonly arn: string,
    readonly createdAt: number,
    readonly logGroupClass: string,
    /** 0: lines never expire. */
    readonly retentionInDays: number,
  ) {}

  /** Names and creation times. */
  get logStreams(): ReadonlyMap<string, number> {
    return this.streams;
  }

  addStream(name: string, now: number): void {
    if (!this.streams.has(name)) this.streams.set(name, now);
  }

  write(logStream: string, message: string, timestamp: number): void {
    this.addStream(logStream, timestamp);
    const eventId = String(this.sequence++).padStart(56, "0");
    this.lines.push({ timestamp, logStream, message, eventId });
  }

  /** The lines that retention has not taken yet, oldest first. */
  read(now: number, { startTime = 0, endTime = Number.POSITIVE_INFINITY, matches }: LineFilter = {}): LogLine[] {
    this.forget(now);
    return this.lines.filter(
      (line) => line.timestamp >= startTime && line.timestamp < endTime && (matches?.(line) ?? true),
    );
  }

  private forget(now: number): void {
    if (this.retentionInDays === 0) return;
    const oldest = now - this.retentionInDays * day;
    const [first] = this.lines;
    if (first !== undefined && first.timestamp < oldest) {
      this.lines = this.lines.filter((line) => line.timestamp >= oldest);
    }
  }
}
