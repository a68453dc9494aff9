// IP addresses and CIDR ranges, for patterns.

import { BlockList, isIP } from "node:net";
import { invalidPattern } from "./invalidPattern";

type Family = "ipv4" | "ipv6";

function family(address: string): Family | undefined {
  const version = isIP(address);
  if (version === 0) return undefined;
  return version === 4 ? "ipv4" : "ipv6";
}

function tester(list: BlockList, of: Family): (text: string) => boolean {
  return (text) => family(text) === of && list.check(text, of);
}

/** Matches one address in any of its notations; undefined when the text is no address. */
export function compileAddress(text: string): ((text: string) => boolean) | undefined {
  const of = family(text);
  if (of === undefined) return undefined;
  const list = new BlockList();
  list.addAddress(text, of);
  return tester(list, of);
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-ip-matching */
export function compileCidr(range: string): (text: string) => boolean {
  const [address = "", mask, ...rest] = range.split("/");
  if (mask === undefined || rest.length > 0) throw invalidPattern("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(mask)) throw invalidPattern("Malformed CIDR, mask bits must be an integer");
  const bits = Number(mask);
  if (bits < 0) throw invalidPattern("Malformed CIDR, mask bits must not be negative");
  const of = family(address);
  if (of === undefined) throw invalidPattern(`Nonstandard IP address: ${address}`);
  if (of === "ipv4" && bits > 31) throw invalidPattern("IPv4 mask bits must be < 32");
  if (of === "ipv6" && bits > 127) throw invalidPattern("IPv6 mask bits must be < 128");
  const list = new BlockList();
  list.addSubnet(address, bits, of);
  return tester(list, of);
}
