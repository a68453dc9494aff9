// DynamoDB's numbers: up to 38 significant digits, exactly. (Developer Guide: "Supported data types and naming rules".)
import { validation } from "./errors";

interface Decimal {
  readonly digits: bigint;
  /** The value is digits * 10 ** exponent. */
  readonly exponent: number;
}

const precision = 38;
const pattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

function normalised(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return { digits, exponent: 0 };
  let [value, power] = [digits, exponent];
  while (value % 10n === 0n) {
    value /= 10n;
    power += 1;
  }
  return { digits: value, exponent: power };
}

/** Throws AwsError ValidationException. */
function parse(text: string): Decimal {
  const [, sign = "", whole = "", fraction = "", power = "0"] = pattern.exec(text.trim()) ?? [];
  if (whole === "" && fraction === "") {
    throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const magnitude = BigInt(`${whole}${fraction}`);
  const value = normalised(sign === "-" ? -magnitude : magnitude, Number(power) - fraction.length);
  const count = value.digits.toString().replace("-", "").length;
  if (count > precision) {
    throw validation("Attempting to store more than 38 significant digits in a Number");
  }
  const scale = value.exponent + count;
  if (scale > 126)
    throw validation("Number overflow. Attempting to store a number with magnitude larger than supported range");
  if (scale < -129)
    throw validation("Number underflow. Attempting to store a number with magnitude smaller than supported range");
  return value;
}

function format({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? "-" : "";
  const text = digits.toString().replace("-", "");
  if (exponent >= 0) return `${sign}${text}${"0".repeat(exponent)}`;
  const padded = text.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function aligned(left: Decimal, right: Decimal): readonly [left: bigint, right: bigint, exponent: number] {
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (value: Decimal) => value.digits * 10n ** BigInt(value.exponent - exponent);
  return [scaled(left), scaled(right), exponent];
}

/** A number as DynamoDB gives it back: without needless zeros or exponents. Throws AwsError ValidationException. */
export function normalisedNumber(text: string): string {
  return format(parse(text));
}

/** Negative, zero or positive. */
export function compareNumbers(left: string, right: string): number {
  const [a, b] = aligned(parse(left), parse(right));
  return a < b ? -1 : Number(a > b);
}

export function addNumbers(left: string, right: string): string {
  const [a, b, exponent] = aligned(parse(left), parse(right));
  return normalisedNumber(format(normalised(a + b, exponent)));
}

export function subtractNumbers(left: string, right: string): string {
  return addNumbers(left, right.startsWith("-") ? right.slice(1) : `-${right}`);
}
