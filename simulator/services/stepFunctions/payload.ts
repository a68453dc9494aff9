// A JSON value that travels between states: its text as AWS keeps it, parsed only when somebody looks inside.
import type { Json } from "../../json";

/**
 * The largest input, result or output of a state and of an execution, in bytes of UTF-8.
 * (Developer Guide: "Step Functions service quotas", maximum input or output size.)
 */
export const payloadLimit = 262_144;

/** An immutable JSON document. */
export class Payload {
  private parsed: Json | undefined;

  /** @param text valid JSON */
  constructor(readonly text: string) {}

  static of(value: Json): Payload {
    const payload = new Payload(JSON.stringify(value));
    payload.parsed = value;
    return payload;
  }

  get value(): Json {
    if (this.parsed === undefined) this.parsed = JSON.parse(this.text) as Json;
    return this.parsed;
  }

  /** Whether it is larger than Step Functions carries. */
  get exceedsLimit(): boolean {
    const { text } = this;
    // A UTF-16 unit takes at most three bytes of UTF-8, so that most texts need not be measured.
    return text.length * 3 > payloadLimit && Buffer.byteLength(text) > payloadLimit;
  }
}
