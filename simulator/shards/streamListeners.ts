// Who wants to know of a stream's records, so that nobody polls.

type Listener = (shardId: string) => void;

export class StreamListeners {
  private readonly byArn = new Map<string, Set<Listener>>();

  /** The result ends it. */
  add(streamArn: string, run: Listener): () => void {
    const listeners = this.byArn.get(streamArn) ?? new Set();
    this.byArn.set(streamArn, listeners);
    // A function of its own, so that one that is added twice is told twice and taken away one at a time.
    const own: Listener = (shardId) => run(shardId);
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  tell(streamArn: string, shardId: string): void {
    for (const run of [...(this.byArn.get(streamArn) ?? [])]) run(shardId);
  }
}
