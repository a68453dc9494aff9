// Reads Pulumi.yaml and a stack's file as the Pulumi CLI does.
// See "Pulumi project file reference" and "Configuration" in Pulumi's documentation.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

type Yaml = null | boolean | number | string | readonly Yaml[] | { readonly [key: string]: Yaml };

interface ConfigType {
  readonly type: string;
  readonly value: Yaml | undefined;
}

export interface Project {
  readonly name: string;
  /** The entry file, absolute. */
  readonly main: string;
  /** Fully qualified keys and their text, as `pulumi.Config` reads them. */
  readonly config: Readonly<Record<string, string>>;
}

function isObject(value: Yaml | undefined): value is { readonly [key: string]: Yaml } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readYaml(path: string): { readonly [key: string]: Yaml } {
  const value = parse(readFileSync(path, "utf8")) as Yaml;
  if (value === null) return {};
  if (!isObject(value)) throw new Error(`${path} must be a YAML mapping`);
  return value;
}

function qualified(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function typeOf(value: Yaml | undefined): string {
  return Array.isArray(value) ? "array" : typeof value;
}

function schemaOf(project: string, config: Yaml | undefined): Map<string, ConfigType> {
  const schema = new Map<string, ConfigType>();
  for (const [key, entry] of Object.entries(isObject(config) ? config : {})) {
    const typed =
      isObject(entry) && ("type" in entry || "default" in entry || "value" in entry || "description" in entry);
    const value = typed ? (entry.value ?? entry.default) : entry;
    schema.set(qualified(project, key), {
      type: typed ? String(entry.type ?? typeOf(value ?? "")) : typeOf(value),
      value,
    });
  }
  return schema;
}

function check(key: string, type: string, value: Yaml): void {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const fits: Record<string, boolean> = {
    string: typeof value !== "object",
    integer: /^-?\d+$/.test(text),
    number: Number.isFinite(Number(text)),
    boolean: text === "true" || text === "false",
    array: Array.isArray(value),
    object: isObject(value),
  };
  if (fits[type] === false) throw new Error(`configuration ${key} must be of type ${type}, got ${text}`);
}

function isSecret(value: Yaml): boolean {
  return isObject(value) && typeof value.secure === "string";
}

function holdsSecret(value: Yaml): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

function textOf(key: string, value: Yaml): string {
  if (holdsSecret(value)) {
    throw new Error(
      `configuration ${key} is an encrypted secret; the simulator cannot decrypt it: give its value with the option config`,
    );
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

/**
 * Throws what the CLI would refuse: a value of another type than Pulumi.yaml declares, or none where it has no default.
 *
 * @param directory where Pulumi.yaml stands
 * @param stack "dev" reads Pulumi.dev.yaml, which may be missing
 * @param overrides values that win over the files'; a key without a namespace is the project's
 */
export function readProject(
  directory: string,
  stack: string,
  overrides: Readonly<Record<string, string>> = {},
): Project {
  const path = join(directory, "Pulumi.yaml");
  if (!existsSync(path)) throw new Error(`no Pulumi.yaml in ${directory}`);
  const yaml = readYaml(path);
  const name = String(yaml.name ?? "");
  if (name === "") throw new Error("Pulumi.yaml must give a name");
  const schema = schemaOf(name, yaml.config);
  const stackPath = join(directory, `Pulumi.${stack}.yaml`);
  const stackConfig = existsSync(stackPath) ? readYaml(stackPath).config : undefined;
  const given = new Map<string, Yaml>();
  for (const [key, value] of Object.entries(isObject(stackConfig) ? stackConfig : {}))
    given.set(qualified(name, key), value);
  for (const [key, value] of Object.entries(overrides)) given.set(qualified(name, key), value);
  const config: Record<string, string> = {};
  for (const [key, { type, value }] of schema) {
    if (value !== undefined && value !== null && !given.has(key)) given.set(key, value);
    const actual = given.get(key);
    if (actual === undefined) {
      throw new Error(`stack ${stack} gives no value for configuration ${key}, which has no default in Pulumi.yaml`);
    }
    if (!isSecret(actual)) check(key, type, actual);
  }
  for (const [key, value] of given) config[key] = textOf(key, value);
  return { name, main: join(directory, String(yaml.main ?? "index.ts")), config };
}
