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
const threaded = ["pbkdf2", "scrypt", "hkdf", "sign", "verify"];

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

export function realmCrypto(host: RealmHost): { module: Record<string, unknown>; global: Record<string, unknown> } {
  const native = host.pureModule("crypto");
  const HostBuffer = host.globals.Buffer as typeof Buffer;
  const later = (done: Done, value: unknown) => host.schedule(0, () => done(null, value));
  const fill = <T extends ArrayBufferView>(view: T): T => {
    host.fillRandom(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
    return view;
  };
  const randomBytes = (size: number, done?: Done) => {
    const bytes = fill(HostBuffer.alloc(size));
    return done === undefined ? bytes : later(done, bytes);
  };
  const randomInt = (first: number, second?: number | Done, third?: Done) => {
    const [low, high] = typeof second === "number" ? [first, second] : [0, first];
    const done = typeof second === "function" ? second : third;
    const value = integer(host, low, high);
    return done === undefined ? value : later(done, value);
  };
  const global = {
    randomUUID: () => uuid(host),
    getRandomValues: fill,
    subtle: unavailable("crypto", "subtle"),
  };
  const own: Record<string, unknown> = {
    ...global,
    webcrypto: global,
    randomBytes,
    pseudoRandomBytes: randomBytes,
    randomInt,
    randomFillSync: fill,
    randomFill: (view: ArrayBufferView, done: Done) => later(done, fill(view)),
  };
  for (const name of unseeded) own[name] = unavailable("crypto", name);
  for (const name of threaded) {
    const run = native[name];
    own[name] = (...values: unknown[]) => {
      if (typeof values.at(-1) === "function") unavailable("crypto", `${name} with a callback`)();
      return (run as (...values: unknown[]) => unknown)(...values);
    };
  }
  return { global, module: Object.assign(Object.create(null), native, own) };
}
