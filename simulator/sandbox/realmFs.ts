// `fs` inside a realm: the packaged asset below /var/task, read-only, and /tmp in memory.
import type { RealmHost } from "./host";
import { unavailable, unavailableModule } from "./realmUnavailable";

type Done = (error: Error | null, value?: unknown) => void;
type Encoding = string | { encoding?: string | null } | null | undefined;

function systemError(code: "ENOENT" | "EROFS", call: string, path: string): Error {
  const [errno, text] = { ENOENT: [-2, "no such file or directory"], EROFS: [-30, "read-only file system"] }[code];
  return Object.assign(new Error(`${code}: ${text}, ${call} '${path}'`), { errno, code, syscall: call, path });
}

export function realmFs(host: RealmHost): { fs: Record<string, unknown>; promises: Record<string, unknown> } {
  const HostBuffer = host.globals.Buffer as typeof Buffer;
  const temporary = new Map<string, Uint8Array>();
  const clean = (path: unknown) => String(path).replace(/^file:\/\//, "");

  const find = (path: string): Uint8Array | undefined => {
    if (path.startsWith("/tmp/")) return temporary.get(path);
    return host.files.get(path.replace(/^\/var\/task\//, ""))?.content;
  };
  const isFolder = (path: string) => {
    const folder = path.replace(/\/?$/, "/");
    if (["/", "/var/", "/tmp/", "/var/task/"].includes(folder)) return true;
    return [...temporary.keys(), ...[...host.files.keys()].map((name) => `/var/task/${name}`)].some((name) =>
      name.startsWith(folder),
    );
  };
  const readFileSync = (path: unknown, options?: Encoding) => {
    const content = find(clean(path));
    if (content === undefined) throw systemError("ENOENT", "open", clean(path));
    const encoding = typeof options === "string" ? options : options?.encoding;
    const buffer = HostBuffer.from(content);
    return encoding ? buffer.toString(encoding as BufferEncoding) : buffer;
  };
  const writeFileSync = (path: unknown, data: unknown) => {
    const name = clean(path);
    if (!name.startsWith("/tmp/")) throw systemError("EROFS", "open", name);
    temporary.set(name, typeof data === "string" ? HostBuffer.from(data) : HostBuffer.from(data as Uint8Array));
  };
  const unlinkSync = (path: unknown) => {
    if (!temporary.delete(clean(path))) throw systemError("ENOENT", "unlink", clean(path));
  };
  const existsSync = (path: unknown) => find(clean(path)) !== undefined || isFolder(clean(path));
  const statSync = (path: unknown) => {
    const name = clean(path);
    const content = find(name);
    if (content === undefined && !isFolder(name)) throw systemError("ENOENT", "stat", name);
    return {
      size: content?.length ?? 0,
      isFile: () => content !== undefined,
      isDirectory: () => content === undefined,
    };
  };
  const mkdirSync = (path: unknown) => {
    if (!clean(path).startsWith("/tmp")) throw systemError("EROFS", "mkdir", clean(path));
  };
  const accessSync = (path: unknown) => {
    statSync(path);
  };
  const calls = {
    readFile: readFileSync,
    writeFile: writeFileSync,
    unlink: unlinkSync,
    stat: statSync,
    mkdir: mkdirSync,
    access: accessSync,
  };

  const promises = Object.fromEntries(
    Object.entries(calls).map(([name, run]) => [
      name,
      async (path: unknown, value?: never) => run(path, value as never),
    ]),
  );
  const callbacks = Object.fromEntries(
    Object.entries(calls).map(([name, run]) => [
      name,
      (...values: unknown[]) => {
        const done = values.pop() as Done;
        if (typeof done !== "function") unavailable("fs", `${name} without a callback`)();
        host.schedule(0, () => {
          let result: unknown;
          try {
            result = run(values[0], values[1] as never);
          } catch (error) {
            done(error as Error);
            return;
          }
          done(null, result);
        });
      },
    ]),
  );
  const sync = { readFileSync, writeFileSync, unlinkSync, existsSync, statSync, mkdirSync, accessSync };
  const promisesModule = unavailableModule("fs/promises", promises);
  return {
    promises: promisesModule,
    fs: unavailableModule("fs", { ...callbacks, ...sync, promises: promisesModule, constants: {} }),
  };
}
