// DynamoDB's typed values as JavaScript's own.
import type { AttributeValue } from "aws-lambda";

/** An item, or a part of one, of which nothing is known. */
export type ItemAttributes = Readonly<Record<string, unknown>>;

/**
 * The values of an item. Whole numbers beyond what JavaScript holds exactly become `bigint`s (DynamoDB keeps 38 digits), fractions are
 * rounded; sets become `Set`s; binary values stay base 64.
 *
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html
 */
export function attributesOf(item: Readonly<Record<string, AttributeValue>>): ItemAttributes {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: AttributeValue): unknown {
  if (value.S !== undefined) return value.S;
  if (value.N !== undefined) return numberOf(value.N);
  if (value.BOOL !== undefined) return value.BOOL;
  if (value.NULL !== undefined) return null;
  if (value.M !== undefined) return attributesOf(value.M);
  if (value.L !== undefined) return value.L.map(plainValue);
  if (value.SS !== undefined) return new Set(value.SS);
  if (value.NS !== undefined) return new Set(value.NS.map(numberOf));
  if (value.B !== undefined) return value.B;
  if (value.BS !== undefined) return new Set(value.BS);
  throw new Error(
    `[value] must be a value of DynamoDB (S, N, B, BOOL, NULL, M, L, SS, NS or BS), got ${Object.keys(value)}`,
  );
}

function numberOf(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) || !/^-?\d+$/.test(text) ? number : BigInt(text);
}
