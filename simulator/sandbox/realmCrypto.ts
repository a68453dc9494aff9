// Randomness inside a realm comes from the simulation's seed; hashing and signing are Node's own.
import type { RealmHost } from "./host";
import { unavailable } from "./realmUnavailable";

type Done = (error: null, value: unknown) => void;

const unseeded = [
  "generateKey",
  "generateKeyPair",
  "generateKeySync",
  "generateKeyPairSync",
  "generatePrime",
  "generatePrimeSync",
];
/** Node runs them in other threads when they have a callback. */
const threaded = ["pbkdf2", "scrypt", "hkdf", "sign", "verify", "checkPrime", "diffieHellman"];

function uuid(host: RealmHost): string {
  const bytes = new Uint8Array(16);
  host.fillRandom(bytes);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join(
    "-",
  );
}

function integer(host: RealmHost, low: number, high: number): number {
  const bytes = new Uint8Array(6);
  host.fillRandom(bytes);
  return low + (bytes.reduce((sum, byte) => sum * 256 + byte, 0) % (high - low));
}

/** The part of a view from `offset` on, for its own elements, as bytes. */
function part(view: ArrayBufferView, offset = 0, size?: number): Uint8Array {
  const width = (view as unknown as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const length = size === undefined ? view.byteLength - offset * width : size * width;
  return new Uint8Array(view.buffer, view.byteOffset + offset * width, length);
}

type Native = Record<string, (...values: unknown[]) => unknown>;

export function realmCrypto(host: RealmHost): { module: Record<string, unknown>; global: Record<string, unknown> } {
  const native = host.pureModule("crypto") as Native;
  const HostBuffer = host.globals.Buffer as typeof Buffer;
  const HostException = host.globals.DOMException as typeof DOMException;
  const later = (done: Done, value: unknown) => host.schedule(0, () => done(null, value));
  const fill = <T extends ArrayBufferView>(view: T, offset?: number, size?: number): T => {
    host.fillRandom(part(view, offset, size));
    return view;
  };
  const getRandomValues = <T extends ArrayBufferView>(view: T): T => {
    if (view.byteLength <= 65_536) return fill(view);
    throw new HostException("The requested length exceeds 65,536 bytes", "QuotaExceededError");
  };
  const randomBytes = (size: number, done?: Done) => {
    // Node's own says what is wrong with a size.
    if (!Number.isInteger(size) || size < 0 || size > 2 ** 31 - 1) return native.randomBytes?.(size);
    const bytes = fill(HostBuffer.alloc(size));
    return done === undefined ? bytes : later(done, bytes);
  };
  const randomInt = (first: number, second?: number | Done, third?: Done) => {
    const [low, high] = typeof second === "number" ? [first, second] : [0, first];
    const done = typeof second === "function" ? second : third;
    const fits = Number.isSafeInteger(low) && Number.isSafeInteger(high) && high > low && high - low < 2 ** 48;
    if (!fits) return native.randomInt?.(low, high);
    const value = integer(host, low, high);
    return done === undefined ? value : later(done, value);
  };
  const randomFill = (view: ArrayBufferView, ...values: unknown[]) => {
    const done = values.pop() as Done;
    return later(done, fill(view, values[0] as number | undefined, values[1] as number | undefined));
  };
  const global = {
    randomUUID: () => uuid(host),
    getRandomValues,
    subtle: unavailable("crypto", "subtle"),
  };
  const own: Record<string, unknown> = {
    ...global,
    webcrypto: global,
    randomBytes,
    pseudoRandomBytes: randomBytes,
    randomInt,
    randomFillSync: fill,
    randomFill,
  };
  for (const name of unseeded) own[name] = unavailable("crypto", name);
  for (const name of threaded) {
    own[name] = (...values: unknown[]) => {
      if (typeof values.at(-1) === "function") unavailable("crypto", `${name} with a callback`)();
      return native[name]?.(...values);
    };
  }
  return { global, module: Object.assign(Object.create(null), native, own) };
}
