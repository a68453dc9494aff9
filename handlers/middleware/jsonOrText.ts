// Content that may be JSON: senders do not say.

/** The value of a JSON text; a text that is no JSON, as it is. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
