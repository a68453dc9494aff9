// JSON as SQS takes it: of the characters of Unicode it refuses some.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html

/**
 * JSON that SQS takes as a message, whatever texts the value holds: JSON.stringify escapes control characters and halves of characters, and
 * these two remain.
 *
 * @returns undefined of what JSON cannot say
 */
export function messageJson(value: unknown): string | undefined {
  return JSON.stringify(value)?.replaceAll("\ufffe", "\\ufffe").replaceAll("\uffff", "\\uffff");
}

/** Whether SQS takes a text as an attribute's value. */
export function isAttributeText(text: string): boolean {
  return /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u.test(text);
}
