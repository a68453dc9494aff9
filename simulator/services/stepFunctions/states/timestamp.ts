// RFC 3339 timestamps, as Wait states and comparisons take them.

const timestampForm = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch of an RFC 3339 timestamp, or undefined when it is none. */
export function parseTimestamp(text: string): number | undefined {
  const parts = timestampForm.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ""] = parts;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const overflowed = new Date(local).toISOString().slice(0, 19) !== text.slice(0, 19);
  if (overflowed) return undefined;
  const zone = parts[8] as string;
  const offset = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return local + Math.floor(Number(`0${fraction}`) * 1000) - offset * 60_000;
}
