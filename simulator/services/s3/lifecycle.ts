// Removes objects when they expire: one event in the background for a bucket's next one.
import type { Timer } from "../../clock";
import type { World } from "../../world";
import type { Bucket, StoredObject } from "./bucket";
import { firstExpiry } from "./lifecycleRules";

export class Lifecycle {
  private readonly timers = new Map<Bucket, Timer>();

  /** @param expired told of each object that is gone */
  constructor(
    private readonly world: World,
    private readonly expired: (bucket: Bucket, object: StoredObject) => void,
  ) {}

  /** Sees to it that it looks when this object expires. */
  add(bucket: Bucket, object: StoredObject): void {
    const expiry = firstExpiry(bucket.lifecycle, object);
    if (expiry !== undefined) this.lookAt(bucket, expiry.at);
  }

  /** Looks at all objects anew, after the rules changed. */
  restart(bucket: Bucket): void {
    this.stop(bucket);
    if (bucket.lifecycle.length === 0) return;
    for (const object of bucket.objects.values()) this.add(bucket, object);
  }

  stop(bucket: Bucket): void {
    this.timers.get(bucket)?.cancel();
    this.timers.delete(bucket);
  }

  private lookAt(bucket: Bucket, at: number): void {
    const timer = this.timers.get(bucket);
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    this.timers.set(
      bucket,
      this.world.clock.at(at, () => this.look(bucket), { background: true }),
    );
  }

  private look(bucket: Bucket): void {
    const { now } = this.world.clock;
    for (const object of [...bucket.objects.values()]) {
      if ((firstExpiry(bucket.lifecycle, object)?.at ?? Number.POSITIVE_INFINITY) > now) continue;
      bucket.objects.delete(object.key);
      this.expired(bucket, object);
    }
    this.restart(bucket);
  }
}
