// The simulation's only source of randomness: seeded, so that a run can be repeated exactly.

/** A small seeded generator (sfc32, by Chris Doty-Humphrey, PractRand); not for cryptography. */
export class Random {
  private a: number;
  private b: number;
  private c = 0;
  private counter = 1;

  /** @param seed any whole number; equal seeds give equal sequences */
  constructor(seed: number) {
    this.a = seed >>> 0;
    this.b = Math.floor(seed / 2 ** 32) >>> 0;
    for (let round = 0; round < 15; round += 1) this.uint32();
  }

  /** A whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** Fills the array with random bytes and returns it. */
  fill<T extends Uint8Array>(bytes: T): T {
    for (let index = 0; index < bytes.length; index += 1) bytes[index] = this.uint32() & 0xff;
    return bytes;
  }

  /** Lower-case hexadecimal digits. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  /** A version 4 UUID (RFC 9562). */
  uuid(): string {
    const digits = this.hex(32);
    const variant = ((Number.parseInt(digits[16] as string, 16) & 0x3) | 0x8).toString(16);
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
  }
}
