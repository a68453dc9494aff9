// Packaged code on its way from a Pulumi program to a service: an archive as plain JSON.
import type { Json, JsonObject } from "./json";
import type { RealmFile } from "./sandbox/host";
import { AwsError } from "./service";

/** The mark of an encoded archive: path -> content in base 64. */
export const archiveMark = "4dabf18193072939515e22adb298388d:archive";

const decoded = new Map<string, ReadonlyMap<string, RealmFile>>();

/** @param argument the argument's name, for the error */
export function decodeArchive(argument: string, value: Json | undefined): ReadonlyMap<string, RealmFile> {
  const content = typeof value === "object" && value !== null ? (value as JsonObject)[archiveMark] : undefined;
  if (typeof content !== "object" || content === null) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `[${argument}] must be an archive of files, got ${JSON.stringify(value)?.slice(0, 200)}`,
    );
  }
  const key = JSON.stringify(content);
  let files = decoded.get(key);
  if (files === undefined) {
    files = new Map(
      Object.entries(content as Record<string, string>).map(([path, text]) => [
        path,
        { path, content: Buffer.from(text, "base64") },
      ]),
    );
    decoded.set(key, files);
  }
  return files;
}
