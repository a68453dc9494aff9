// A server that speaks HTTP/1.1 and HTTP/2 on one port without TLS: some of the AWS SDK's clients (Kinesis) use HTTP/2 only.
import { createServer as createHttp, type IncomingMessage } from "node:http";
import { createServer as createHttp2, type Http2ServerRequest } from "node:http2";
import { createServer as createTcp, type Server, type Socket } from "node:net";

export type AnyRequest = IncomingMessage | Http2ServerRequest;
/** What responses of both versions have. */
export interface AnyResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string | Buffer): unknown;
  destroy(): unknown;
}

export interface AnyHttpServer {
  readonly tcp: Server;
  /** Ends all connections, those in use too. */
  closeAllConnections(): void;
}

/** How an HTTP/2 connection begins that nobody negotiated (RFC 9113, 3.4); no HTTP/1.1 request begins so. */
const preface = Buffer.from("PRI * HTTP/2.0");

export function anyHttpServer(handle: (request: AnyRequest, response: AnyResponse) => void): AnyHttpServer {
  // A simulation may compute for longer than an idle connection would live; its client, in the same process or not, goes on after it.
  const first = createHttp({ keepAliveTimeout: 0 }, handle);
  const second = createHttp2(handle);
  const sockets = new Set<Socket>();
  const tcp = createTcp((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The client may go away before it said anything.
    socket.on("error", () => socket.destroy());
    let begun = Buffer.alloc(0);
    const look = () => {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) return;
      begun = Buffer.concat([begun, chunk]);
      const length = Math.min(begun.length, preface.length);
      const isSecond = begun.subarray(0, length).equals(preface.subarray(0, length));
      if (isSecond && begun.length < preface.length) return;
      socket.removeListener("readable", look);
      socket.unshift(begun);
      (isSecond ? second : first).emit("connection", socket);
    };
    socket.on("readable", look);
  });
  return {
    tcp,
    closeAllConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
