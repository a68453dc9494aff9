// Receipt handles: opaque to clients, readable here.

/** Which receive of which copy of a message a handle stands for. */
export interface Receipt {
  readonly copy: string;
  /** The copy's receive count in its queue. */
  readonly receive: number;
}

export function writeReceiptHandle(queueArn: string, { copy, receive }: Receipt): string {
  return Buffer.from(`${queueArn} ${copy} ${receive}`).toString("base64");
}

/** Undefined when the text is no handle of that queue. */
export function readReceiptHandle(queueArn: string, handle: string): Receipt | undefined {
  const [arn, copy, receive, rest] = Buffer.from(handle, "base64").toString().split(" ");
  if (arn !== queueArn || copy === undefined || receive === undefined || rest !== undefined) return undefined;
  return { copy, receive: Number(receive) };
}
