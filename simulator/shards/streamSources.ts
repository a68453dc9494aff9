// The streams of several services as one source of event source mappings.
import type { StreamSource } from "../services/lambda/eventSources/streamSource";

/** @param sources such as those of DynamoDB and of Kinesis; each knows its own streams by their ARNs */
export function streamSources(...sources: readonly { readonly streams: StreamSource }[]): StreamSource {
  return {
    stream: (streamArn) => {
      for (const { streams } of sources) {
        const found = streams.stream(streamArn);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    onRecords: (streamArn, run) => {
      const ends = sources.map(({ streams }) => streams.onRecords(streamArn, run));
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
