// What SQS takes as a text: of the characters of Unicode it refuses some.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html

/** Whether SQS takes a text as an attribute's value. */
export function isAttributeText(text: string): boolean {
  return /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u.test(text);
}
