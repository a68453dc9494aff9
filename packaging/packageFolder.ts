// Where the library itself lies: in the repository, or installed.
import { basename, dirname } from "node:path";

/**
 * The folder of this package. The handlers' sources are installed with it: compiled to CommonJS they would bundle to more, and to other bytes
 * than in the repository.
 */
export function packageFolder(): string {
  const parent = dirname(__dirname);
  return basename(parent) === "dist" ? dirname(parent) : parent;
}
