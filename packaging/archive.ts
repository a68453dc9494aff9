// Files in memory as the archive that Pulumi uploads.
import * as pulumi from "@pulumi/pulumi";
import type { BundledFiles } from "./bundle";

/** Files by name; sorted, since the order is part of the archive's bytes. */
export function archiveOf(files: BundledFiles): pulumi.asset.Archive {
  const names = Object.keys(files).sort();
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(names.map((name) => [name, new pulumi.asset.StringAsset(files[name] ?? "")])),
  );
}
