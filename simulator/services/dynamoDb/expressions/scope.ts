// The names and values that an expression's placeholders stand for.
import { type AttributeValue, checkedValue } from "../attributeValue";
import { validation } from "../errors";
import { isReserved } from "./reservedWords";

export interface Placeholders {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** Serves all expressions of one request, and knows which placeholders none of them used. */
export class Scope {
  private readonly unusedNames: Set<string>;
  private readonly unusedValues: Set<string>;
  private readonly values: Readonly<Record<string, AttributeValue>>;

  constructor(private readonly placeholders: Placeholders) {
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = placeholders;
    this.unusedNames = new Set(Object.keys(names));
    this.unusedValues = new Set(Object.keys(values));
    this.values = Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        if (!/^:[\w-]+$/.test(name)) {
          throw validation(`ExpressionAttributeValues contains invalid key: Syntax error; key: "${name}"`);
        }
        return [name, checkedValue(value)];
      }),
    );
  }

  /** The name that "#x" stands for, or the plain name itself. @param title of the expression */
  name(text: string, title: string): string {
    if (!text.startsWith("#")) {
      if (!isReserved(text)) return text;
      throw validation(`Invalid ${title}: Attribute name is a reserved keyword; reserved keyword: ${text}`);
    }
    this.unusedNames.delete(text);
    const name = this.placeholders.ExpressionAttributeNames?.[text];
    if (name !== undefined) return name;
    throw validation(
      `Invalid ${title}: An expression attribute name used in the document path is not defined; attribute name: ${text}`,
    );
  }

  value(text: string, title: string): AttributeValue {
    this.unusedValues.delete(text);
    const value = this.values[text];
    if (value !== undefined) return value;
    throw validation(
      `Invalid ${title}: An expression attribute value used in expression is not defined; attribute value: ${text}`,
    );
  }

  /** Throws AwsError ValidationException for placeholders that no expression used. */
  checkUsed(expressions: number): void {
    const { ExpressionAttributeNames: names, ExpressionAttributeValues: values } = this.placeholders;
    if (expressions === 0) {
      if (names !== undefined)
        throw validation("ExpressionAttributeNames can only be specified when using expressions");
      if (values !== undefined) {
        throw validation("ExpressionAttributeValues can only be specified when using expressions");
      }
    }
    for (const [member, unused] of [
      ["ExpressionAttributeNames", this.unusedNames],
      ["ExpressionAttributeValues", this.unusedValues],
    ] as const) {
      if (unused.size > 0) {
        throw validation(`Value provided in ${member} unused in expressions: keys: {${[...unused].join(", ")}}`);
      }
    }
  }
}
